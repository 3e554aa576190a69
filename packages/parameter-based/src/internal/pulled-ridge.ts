import { denseMatrix, type DenseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { solveRidge } from '@graft-ml/learners';

/** Scores `x·coefficientsᵀ + intercepts`. */
export interface LinearMap {
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
}

export interface PulledRidgeProblem {
  /** [n, nFeatures]. */
  readonly x: Matrix;
  /** [n, outputs]. */
  readonly y: DenseMatrix;
  readonly start: LinearMap;
  /** λ in [0, ∞). */
  readonly regularization: number;
  readonly penalizeIntercept: boolean;
}

/** Least squares with a squared pull towards `start`.
 *
 * Solves    min_{B,b} Σᵢ ‖yᵢ − B·xᵢ − b‖² + λ·(‖B − B₀‖²_F [+ ‖b − b₀‖²])      the last term with `penalizeIntercept`
 * by        ridge regression of the residuals of `start`: its coefficients are B − B₀; a pulled intercept is the
 *           coefficient of a column of ones
 * λ = 0     of all least squares solutions the one nearest to `start`
 */
export function solvePulledRidge(
  linearAlgebra: LinearAlgebra,
  { x, y, start, regularization, penalizeIntercept }: PulledRidgeProblem,
): LinearMap {
  const residuals = scoresOf(linearAlgebra, x, start);
  for (let p = 0; p < residuals.data.length; p++) residuals.data[p] = y.data[p] - residuals.data[p];
  const change = solveRidge(linearAlgebra, {
    x: penalizeIntercept ? withOnes(x) : x,
    y: residuals,
    regularization,
    intercept: !penalizeIntercept,
  });
  const { columns } = x;
  const wide = change.coefficients.columns;
  const coefficients = denseMatrix(
    y.columns,
    columns,
    start.coefficients.data.map(
      (value, p) =>
        value + change.coefficients.data[Math.floor(p / columns) * wide + (p % columns)],
    ),
  );
  const intercepts = start.intercepts.map(
    (value, k) =>
      value +
      (penalizeIntercept ? change.coefficients.data[k * wide + columns] : change.intercepts[k]),
  );
  return { coefficients, intercepts };
}

/** [x.rows, outputs]. */
export function scoresOf(linearAlgebra: LinearAlgebra, x: Matrix, map: LinearMap): DenseMatrix {
  const scores = linearAlgebra.multiply(x, map.coefficients, { transposeB: true });
  const { data, columns } = scores;
  for (let p = 0; p < data.length; p++) data[p] += map.intercepts[p % columns];
  return scores;
}

/** √(‖B − B₀‖²_F + ‖b − b₀‖²). */
export function distanceBetween(a: LinearMap, b: LinearMap): number {
  let sum = 0;
  a.coefficients.data.forEach((value, p) => (sum += (value - b.coefficients.data[p]) ** 2));
  a.intercepts.forEach((value, k) => (sum += (value - b.intercepts[k]) ** 2));
  return Math.sqrt(sum);
}

/** `x` with a last column of ones, in its own format. */
function withOnes(x: Matrix): Matrix {
  const { rows } = x;
  const columns = x.columns + 1;
  if (x.format === 'dense') {
    const data = new Float64Array(rows * columns).fill(1);
    for (let i = 0; i < rows; i++) {
      data.set(x.data.subarray(i * x.columns, (i + 1) * x.columns), i * columns);
    }
    return denseMatrix(rows, columns, data);
  }
  const rowStarts = x.rowStarts.map((start, i) => start + i);
  const columnIndices = new Int32Array(x.values.length + rows).fill(x.columns);
  const values = new Float64Array(x.values.length + rows).fill(1);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [x.rowStarts[i], x.rowStarts[i + 1]];
    columnIndices.set(x.columnIndices.subarray(from, to), rowStarts[i]);
    values.set(x.values.subarray(from, to), rowStarts[i]);
  }
  return { format: 'csr', rows, columns, rowStarts, columnIndices, values };
}

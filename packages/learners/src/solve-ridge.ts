import type { DenseMatrix, LinearAlgebra, Matrix, SparseMatrix } from '@graft-ml/core';
import { denseMatrix } from '@graft-ml/core';
import { centredProducts, rootWeighted, shiftedGram } from './internal/shifted-gram.js';
import { addRow, centred, meanRow } from './internal/centred.js';
import { dotRow } from './internal/linear-scores.js';

export interface RidgeProblem {
  /** [n, nFeatures]. */
  readonly x: Matrix;
  /** [n, outputs]. */
  readonly y: DenseMatrix;
  /** One per row; default all 1. */
  readonly weights?: Float64Array;
  /** λ in [0, ∞). */
  readonly regularization: number;
  /** Whether there is an intercept, which is not penalised. Default true. */
  readonly intercept?: boolean;
}

export interface RidgeSolution {
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]; zeros without an intercept. */
  readonly intercepts: Float64Array;
}

/** Least squares with an L2 penalty, in closed form.
 *
 * Solves    min_{B,b} Σᵢ wᵢ·‖yᵢ − B·xᵢ − b‖² + λ·‖B‖²_F
 * by        (XᵀWX + λI)·Bᵀ = XᵀWY over centred rows; with fewer rows than features its dual (XXᵀ + λI)·A = Y, Bᵀ = XᵀA
 * λ = 0     ordinary least squares, of all minimisers the one of least norm (sparse rows are then made dense)
 * Cost      O(n·d·min(n, d)); sparse rows stay sparse
 * Errors    NUMERICAL where λ is too small beside the features for float64.
 */
export function solveRidge(linearAlgebra: LinearAlgebra, problem: RidgeProblem): RidgeSolution {
  const { x, y, weights, regularization, intercept = true } = problem;
  const meanX = intercept ? meanRow(x, weights) : new Float64Array(x.columns);
  const meanY = intercept ? meanRow(y, weights) : new Float64Array(y.columns);
  const residual = centred(y, meanY, weights);
  const columns =
    x.format === 'dense' || regularization === 0
      ? solveDense(linearAlgebra, meanX, residual, problem)
      : solveSparse(linearAlgebra, rootWeighted(x, weights), meanX, residual, problem);
  const coefficients = denseMatrix(y.columns, x.columns);
  const intercepts = new Float64Array(y.columns);
  for (let k = 0; k < y.columns; k++) {
    for (let j = 0; j < x.columns; j++) {
      coefficients.data[k * x.columns + j] = columns.data[j * y.columns + k];
    }
    intercepts[k] =
      meanY[k] - dotRow(denseMatrix(1, x.columns, meanX), 0, coefficients.data, k * x.columns);
  }
  return { coefficients, intercepts };
}

function solveDense(
  linearAlgebra: LinearAlgebra,
  mean: Float64Array,
  y: DenseMatrix,
  { x, weights, regularization }: RidgeProblem,
): DenseMatrix {
  if (x.format === 'dense' && regularization > 0 && x.columns <= x.rows) {
    const { gram, products } = centredProducts(linearAlgebra, x, y, mean, weights);
    return linearAlgebra.solvePositiveDefinite(raisedDiagonal(gram, regularization), products);
  }
  const rows = centred(x, mean, weights);
  if (regularization === 0) return linearAlgebra.leastSquares(rows, y).x;
  const gram = linearAlgebra.multiply(rows, rows, { transposeB: true });
  const dual = linearAlgebra.solvePositiveDefinite(raisedDiagonal(gram, regularization), y);
  return linearAlgebra.multiply(rows, dual, { transposeA: true });
}

/** As {@link solveDense}, for rows that are not centred: the means are taken out of the products. `x` and `y` carry the roots of the weights. */
function solveSparse(
  linearAlgebra: LinearAlgebra,
  x: SparseMatrix,
  mean: Float64Array,
  y: DenseMatrix,
  { x: rows, weights, regularization }: RidgeProblem,
): DenseMatrix {
  const root = weights ? weights.map(Math.sqrt) : new Float64Array(x.rows).fill(1);
  if (x.columns <= x.rows) {
    const gram = shiftedGram(linearAlgebra, rows, mean, weights);
    const products = linearAlgebra.multiply(x, y, { transposeA: true });
    return linearAlgebra.solvePositiveDefinite(raisedDiagonal(gram, regularization), products);
  }
  const gram = linearAlgebra.kernelMatrix({ type: 'linear' }, x, x);
  const n = x.rows;
  const along = Float64Array.from({ length: n }, (_, i) => dotRow(x, i, mean));
  const square = dotRow(denseMatrix(1, mean.length, mean), 0, mean);
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) {
      gram.data[p] += root[i] * root[j] * square - root[i] * along[j] - root[j] * along[i];
    }
  }
  const dual = linearAlgebra.solvePositiveDefinite(raisedDiagonal(gram, regularization), y);
  const solution = linearAlgebra.multiply(x, dual, { transposeA: true });
  const sums = new Float64Array(y.columns);
  for (let i = 0; i < n; i++) addRow(sums, dual, i, root[i]);
  for (let j = 0, p = 0; j < x.columns; j++) {
    for (let k = 0; k < y.columns; k++, p++) solution.data[p] -= mean[j] * sums[k];
  }
  return solution;
}

function raisedDiagonal(matrix: DenseMatrix, by: number): DenseMatrix {
  for (let p = 0; p < matrix.data.length; p += matrix.columns + 1) matrix.data[p] += by;
  return matrix;
}

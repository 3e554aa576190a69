import {
  TransferError,
  type DenseMatrix,
  type LinearAlgebra,
  type Matrix,
  type SparseMatrix,
} from '@graft-ml/core';
import { scatterMoments } from './scatter.js';

export interface MomentOptions {
  /** One weight ≥ 0 per row, in any unit; all rows count alike when left out. */
  readonly weights?: ArrayLike<number>;
  /** Degrees of freedom taken off the divisor: 1 (default) for the unbiased estimate, 0 for the
   * plain mean of squares. */
  readonly ddof?: number;
}

/** Mean of each column [columns]: Σ wᵢ·xᵢ / Σ wᵢ. Sparse rows stay sparse. */
export function columnMeans(
  matrix: Matrix,
  options: Pick<MomentOptions, 'weights'> = {},
): Float64Array {
  const { total, of } = rowWeights(matrix, options.weights, 'columnMeans');
  const means = new Float64Array(matrix.columns);
  forEachEntry(matrix, (i, j, value) => {
    means[j] += of(i) * value;
  });
  for (let j = 0; j < means.length; j++) means[j] /= total;
  return means;
}

/** Variance of each column [columns], from deviations, so that a large mean costs no digits;
 * divisor as in {@link covariance}. */
export function columnVariances(matrix: Matrix, options: MomentOptions = {}): Float64Array {
  const who = 'columnVariances';
  const { total, of } = rowWeights(matrix, options.weights, who);
  const divisor = divisorOf(matrix, options, who);
  const means = columnMeans(matrix, options);
  const variances = new Float64Array(matrix.columns);
  const met = new Float64Array(matrix.columns); // the weight of rows that hold an entry
  forEachEntry(matrix, (i, j, value) => {
    const deviation = value - means[j];
    variances[j] += of(i) * deviation * deviation;
    met[j] += of(i);
  });
  const sparse = matrix.format === 'csr';
  for (let j = 0; j < variances.length; j++) {
    const missing = sparse ? Math.max(0, total - met[j]) : 0;
    variances[j] = (variances[j] + missing * means[j] * means[j]) / divisor;
  }
  return variances;
}

/** Square roots of {@link columnVariances}; 0 for a constant column. */
export function columnStandardDeviations(
  matrix: Matrix,
  options: MomentOptions = {},
): Float64Array {
  return columnVariances(matrix, options).map(Math.sqrt);
}

/** Covariance of the columns [columns, columns], exactly symmetric.
 *
 * Σ wᵢ·(xᵢ − m)(xᵢ − m)ᵀ / (W − ddof·Σ wᵢ² / W) with W = Σ wᵢ and m the weighted mean: weights say
 * how reliable a row is, and their unit does not matter. Without weights the divisor is n − ddof.
 * Dense rows are shifted first; sparse rows are not, the rank-one term is taken off afterwards,
 * which loses digits only where means are large beside deviations. Errors: `INVALID_DATA` when the
 * divisor is not positive (a single row with ddof 1).
 */
export function covariance(
  linalg: LinearAlgebra,
  matrix: Matrix,
  options: MomentOptions = {},
): DenseMatrix {
  const who = 'covariance';
  const { total, of } = rowWeights(matrix, options.weights, who);
  const divisor = divisorOf(matrix, options, who);
  if (matrix.format === 'dense') {
    const weights = options.weights && Float64Array.from(options.weights);
    const { scatter } = scatterMoments(linalg, matrix, weights);
    for (let p = 0; p < scatter.data.length; p++) scatter.data[p] /= divisor;
    return scatter;
  }
  const means = columnMeans(matrix, options);
  const result = linalg.crossProduct(scaledRows(matrix, (i) => Math.sqrt(of(i))));
  for (let p = 0; p < result.data.length; p++) result.data[p] /= divisor;
  const n = matrix.columns;
  const variances = columnVariances(matrix, options);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) result.data[i * n + j] -= means[i] * means[j] * (total / divisor);
    result.data[i * n + i] = variances[i];
  }
  return result;
}

/** Correlation of the columns [columns, columns]. A constant column has none: `INVALID_DATA` names
 * it. */
export function correlation(
  linalg: LinearAlgebra,
  matrix: Matrix,
  options: Pick<MomentOptions, 'weights'> = {},
): DenseMatrix {
  const result = covariance(linalg, matrix, { ...options, ddof: 0 });
  const n = matrix.columns;
  const deviations = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    deviations[j] = Math.sqrt(result.data[j * n + j]);
    if (deviations[j] > 0) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'correlation',
      message: `column ${j} is constant and correlates with nothing. Drop it first.`,
      details: { argument: 'matrix', reason: 'constant', column: j },
    });
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) result.data[i * n + j] /= deviations[i] * deviations[j];
    result.data[i * n + i] = 1;
  }
  return result;
}

function rowWeights(
  matrix: Matrix,
  weights: ArrayLike<number> | undefined,
  who: string,
): { readonly total: number; readonly of: (row: number) => number } {
  if (matrix.rows === 0) throw tooFewRows(matrix, 1, who);
  if (!weights) return { total: matrix.rows, of: () => 1 };
  if (weights.length !== matrix.rows) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"weights" must hold one number per row (${matrix.rows}); received ${weights.length}.`,
      details: { argument: 'weights', expected: matrix.rows, received: weights.length },
    });
  }
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity)) throw badWeight(i, weights[i], who);
    total += weights[i];
  }
  if (total === 0) throw badWeight(-1, 0, who);
  return { total, of: (row) => weights[row] };
}

function divisorOf(matrix: Matrix, { weights, ddof = 1 }: MomentOptions, who: string): number {
  const { total, of } = rowWeights(matrix, weights, who);
  let squares = 0;
  for (let i = 0; i < matrix.rows; i++) squares += of(i) * of(i);
  const divisor = total - (ddof * squares) / total;
  if (divisor > 0) return divisor;
  throw tooFewRows(matrix, ddof + 1, who);
}

function scaledRows(matrix: SparseMatrix, factor: (row: number) => number): SparseMatrix {
  const values = matrix.values.slice();
  for (let i = 0; i < matrix.rows; i++) {
    for (let p = matrix.rowStarts[i]; p < matrix.rowStarts[i + 1]; p++) values[p] *= factor(i);
  }
  return { ...matrix, values };
}

function forEachEntry(matrix: Matrix, visit: (i: number, j: number, value: number) => void): void {
  for (let i = 0; i < matrix.rows; i++) {
    if (matrix.format === 'dense') {
      for (let j = 0; j < matrix.columns; j++) visit(i, j, matrix.data[i * matrix.columns + j]);
    } else {
      for (let p = matrix.rowStarts[i]; p < matrix.rowStarts[i + 1]; p++) {
        visit(i, matrix.columnIndices[p], matrix.values[p]);
      }
    }
  }
}

function tooFewRows(matrix: Matrix, needed: number, who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `needs at least ${needed} rows of positive weight; received ${matrix.rows} rows. Use ddof 0 for a single row.`,
    details: { argument: 'matrix', reason: 'too-few-rows', received: matrix.rows },
  });
}

function badWeight(index: number, received: number, who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message:
      index < 0
        ? '"weights" must hold at least one number above 0.'
        : `"weights" must be finite and not negative; weights[${index}] is ${received}.`,
    details: { argument: 'weights', reason: 'weight', firstIndex: index },
  });
}

// What every engine behind `LinearAlgebra` checks before and after it computes, so that all of them
// refuse the same arguments with the same words, and none of them hands out the answer to a problem
// that has none.
import {
  TransferError,
  type DenseMatrix,
  type EigenOptions,
  type Kernel,
  type Matrix,
} from '@graft-ml/core';

/** Throws `SHAPE_MISMATCH` unless `a` is square. */
export function checkSquare(a: Matrix, who: string, argument: string): void {
  if (a.rows === a.columns) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must be square; received ${shape(a)}.`,
    details: { argument, received: [a.rows, a.columns] },
  });
}

/** Throws `SHAPE_MISMATCH` unless `b` has as many rows as `a`. */
export function checkSameRows(a: Matrix, b: Matrix, who: string, argument: string): void {
  if (a.rows === b.rows) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must have ${a.rows} rows to match; received ${shape(b)}.`,
    details: { argument, expected: a.rows, received: b.rows },
  });
}

/** Throws `SHAPE_MISMATCH` unless the rows of `x` and `y` are equally long. */
export function checkSameColumns(x: Matrix, y: Matrix, who: string): void {
  if (x.columns === y.columns) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"x" and "y" must have the same number of columns; received ${shape(x)} and ${shape(y)}.`,
    details: { argument: 'y', expected: x.columns, received: y.columns },
  });
}

/** Throws `SHAPE_MISMATCH` unless `a` has at least as many rows as columns. */
export function checkTall(a: Matrix, who: string): void {
  if (a.rows >= a.columns) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"a" must have at least as many rows as columns; received ${shape(a)}. Factor its transpose instead.`,
    details: { argument: 'a', received: [a.rows, a.columns] },
  });
}

/** The sizes of `op(a) · op(b)`: result [rows, columns], sums over `inner`; throws `SHAPE_MISMATCH`
 * when they do not fit. */
export function checkMultiply(
  a: Matrix,
  b: Matrix,
  options: { readonly transposeA?: boolean; readonly transposeB?: boolean },
  who: string,
): { readonly rows: number; readonly inner: number; readonly columns: number } {
  const rows = options.transposeA ? a.columns : a.rows;
  const inner = options.transposeA ? a.rows : a.columns;
  const expected = options.transposeB ? b.columns : b.rows;
  if (inner !== expected) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `cannot multiply ${shape(a)}${options.transposeA ? ' (transposed)' : ''} by ${shape(b)}${options.transposeB ? ' (transposed)' : ''}: ${inner} and ${expected} must be equal.`,
      details: { argument: 'b', expected: inner, received: expected },
    });
  }
  return { rows, inner, columns: options.transposeB ? b.rows : b.columns };
}

/** How many pairs to give, out of `available`; throws `INVALID_OPTION` when `count` is not a whole
 * number in 0 … available. */
export function checkCount(count: number | undefined, available: number, who: string): number {
  if (count === undefined) return available;
  if (Number.isInteger(count) && count >= 0 && count <= available) return count;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"count" must be a whole number from 0 to ${available}; received ${String(count)}.`,
    details: { option: 'count', most: available, received: count },
  });
}

/** Throws `NUMERICAL` when an entry an iteration would read is NaN or infinite; `lowerOnly` looks
 * at the lower triangle. */
export function checkFinite(a: DenseMatrix, who: string, lowerOnly = false): void {
  for (let i = 0; i < a.rows; i++) {
    const columns = lowerOnly ? i + 1 : a.columns;
    for (let j = 0; j < columns; j++) {
      const value = a.data[i * a.columns + j];
      if (value - value === 0) continue; // false for NaN and both infinities
      throw new TransferError({
        code: 'NUMERICAL',
        who,
        message: `needs finite numbers; row ${i}, column ${j} is ${value}. Look for an overflow or a division by zero before this step.`,
        details: { reason: 'non-finite', row: i, column: j },
      });
    }
  }
}

/** Throws `NUMERICAL` with `details.pivot` when the Cholesky factor of `a` met a pivot that is zero
 * up to rounding: `L[k][k]² ≤ n · ε · a[k][k]`. Such a matrix is singular to working precision, and
 * a solution would be noise. */
export function checkCholeskyPivots(lower: DenseMatrix, a: DenseMatrix, who: string): void {
  const n = a.rows;
  for (let k = 0; k < n; k++) {
    const root = lower.data[k * n + k];
    if (!isPivot(root * root, a.data[k * n + k], n)) throw notPositiveDefinite(k, root * root, who);
  }
}

/** Whether a Cholesky pivot counts as positive beside the diagonal entry it came from. */
export function isPivot(pivot: number, diagonal: number, n: number): boolean {
  return pivot > n * Number.EPSILON * Math.abs(diagonal) && pivot < Infinity;
}

/** The error for a matrix whose pivot `k` (counted from 0) is not positive. */
export function notPositiveDefinite(pivot: number, value: number, who: string): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who,
    message: `the matrix is not positive definite: pivot ${pivot} is ${value}. Add a positive number to its diagonal (more regularization).`,
    details: { operation: 'cholesky', pivot, value },
  });
}

/** Throws `NUMERICAL` with `details.pivot` when an LU factor met a pivot that is zero up to
 * rounding: `|U[k][k]| ≤ n · ε · max_i |a[i][k]|`. `lu` holds U in its upper triangle. */
export function checkLuPivots(lu: DenseMatrix, a: DenseMatrix, who: string): void {
  const n = a.rows;
  const largest = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = a.data[i * n + j];
      const size = value < 0 ? -value : value;
      if (size > largest[j]) largest[j] = size;
    }
  }
  for (let k = 0; k < n; k++) {
    const pivot = Math.abs(lu.data[k * n + k]);
    if (pivot > n * Number.EPSILON * largest[k] && pivot < Infinity) continue;
    throw singular(k, pivot, who);
  }
}

/** The error for a matrix whose pivot `k` (counted from 0) vanishes. */
export function singular(pivot: number, value: number, who: string): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who,
    message: `the matrix is singular: pivot ${pivot} is ${value}. Use leastSquares, or drop columns that repeat others.`,
    details: { operation: 'lu', pivot, value },
  });
}

/** The error for an iteration that did not settle. */
export function notConverged(iterations: number, who: string): TransferError {
  return new TransferError({
    code: 'NOT_CONVERGED',
    who,
    message: `did not settle after ${iterations} iterations. Scale the data to ordinary sizes and look for values near the limits of float64.`,
    details: { iterations },
  });
}

/** Throws `INVALID_OPTION` when a number of the kernel is unusable and `INVALID_DATA` when chi2
 * gets a negative value. */
export function checkKernel(kernel: Kernel, x: Matrix, y: Matrix, who: string): void {
  for (const [option, value] of Object.entries(kernel)) {
    if (option === 'type' || Number.isFinite(value)) continue;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"${option}" of the ${kernel.type} kernel must be a finite number; received ${String(value)}.`,
      details: { option, received: value },
    });
  }
  if (kernel.type !== 'chi2') return;
  for (const [argument, matrix] of Object.entries({ x, y })) {
    const values = matrix.format === 'dense' ? matrix.data : matrix.values;
    const firstIndex = values.findIndex((value) => value < 0);
    if (firstIndex < 0) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `the chi2 kernel is for data that are not negative, such as histograms; "${argument}" holds ${values[firstIndex]}.`,
      details: { argument, reason: 'negative', firstIndex },
    });
  }
}

/** Gives each column of `vectors` the sign that makes its entry of largest magnitude positive (the
 * first of them on a tie), in place, and turns the same column of `follower` with it. */
export function orientColumns(vectors: DenseMatrix, follower?: DenseMatrix): void {
  const { rows, columns, data } = vectors;
  for (let j = 0; j < columns; j++) {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      const value = data[i * columns + j];
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest >= 0) continue;
    flipColumn(vectors, j);
    if (follower) flipColumn(follower, j);
  }
}

/** The first `count` columns, copied. */
export function firstColumns(a: DenseMatrix, count: number): DenseMatrix {
  if (count === a.columns) return a;
  const data = new Float64Array(a.rows * count);
  for (let i = 0; i < a.rows; i++) {
    data.set(a.data.subarray(i * a.columns, i * a.columns + count), i * count);
  }
  return { format: 'dense', rows: a.rows, columns: count, data };
}

/** Which positions of an ascending spectrum of `n` values the options ask for, in the order they
 * are to be given. */
export function eigenOrder(n: number, options: EigenOptions, who: string): Int32Array {
  const count = checkCount(options.count, n, who);
  return Int32Array.from({ length: count }, (_, j) =>
    options.which === 'smallest' ? j : n - 1 - j,
  );
}

function flipColumn(a: DenseMatrix, j: number): void {
  for (let p = j; p < a.data.length; p += a.columns) a.data[p] = -a.data[p];
}

function shape(a: Matrix): string {
  return `${a.rows} × ${a.columns}`;
}

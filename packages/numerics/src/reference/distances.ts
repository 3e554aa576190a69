import type { DenseMatrix, Matrix, SparseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkSameColumns } from '../internal/checks.js';

/** `‖xᵢ − yⱼ‖²`, from the differences themselves: exact zeros for equal rows and no cancellation
 * far from the origin. */
export function squaredDistances(x: Matrix, y: Matrix): DenseMatrix {
  const who = 'squaredDistances';
  if (x.format === 'csr' || y.format === 'csr') return pairwise(x, y, addSquaredDifference, who);
  checkSameColumns(x, y, who);
  const result = zeros(x.rows, y.rows, who);
  const same = x === y;
  for (let i = 0; i < x.rows; i++) fillSquaredDistances(result.data, x, i, y, same ? i : 0);
  if (same) mirror(result);
  return result;
}

/** Distances of row `i` of `x` to the rows of `y` from `first` on, four of them in one sweep over
 * the columns. */
function fillSquaredDistances(
  d: Float64Array,
  x: DenseMatrix,
  i: number,
  y: DenseMatrix,
  first: number,
): void {
  const { columns: n, rows, data: b } = y;
  const a = x.data;
  const row = i * n;
  const to = i * rows;
  let j = first;
  for (; j + 3 < rows; j += 4) {
    const p = j * n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < n; k++) {
      const value = a[row + k];
      const d0 = value - b[p + k];
      const d1 = value - b[p + n + k];
      const d2 = value - b[p + 2 * n + k];
      const d3 = value - b[p + 3 * n + k];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    d[to + j] = s0;
    d[to + j + 1] = s1;
    d[to + j + 2] = s2;
    d[to + j + 3] = s3;
  }
  for (; j < rows; j++) {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const difference = a[row + k] - b[j * n + k];
      sum += difference * difference;
    }
    d[to + j] = sum;
  }
}

/** Adds what a column contributes, given both entries, to the total so far; symmetric in them, and
 * nothing at (0, 0). */
export type Accumulate = (total: number, a: number, b: number) => number;

/** Fills a matrix with totals over columns that start at 0.
 *
 * When `x` and `y` are the same object only one triangle is computed. Sparse rows are merged, or
 * met with dense ones through one dense copy of a row. */
export function pairwise(x: Matrix, y: Matrix, add: Accumulate, who: string): DenseMatrix {
  checkSameColumns(x, y, who);
  const result = zeros(x.rows, y.rows, who);
  const d = result.data;
  const same = x === y;
  const row = new Float64Array(x.columns);
  for (let i = 0; i < x.rows; i++) {
    const from = same ? i : 0;
    if (x.format === 'csr' && y.format === 'csr') {
      for (let j = from; j < y.rows; j++) d[i * y.rows + j] = mergeRows(x, i, y, j, add);
      continue;
    }
    copyRow(x, i, row);
    if (y.format === 'dense') fillDense(d, i * y.rows, row, y, from, add);
    else fillSparse(d, i * y.rows, row, y, add);
  }
  if (same) mirror(result);
  return result;
}

/** Copies the upper triangle onto the lower one. */
export function mirror({ rows: n, data }: DenseMatrix): void {
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) data[j * n + i] = data[i * n + j];
  }
}

function addSquaredDifference(total: number, a: number, b: number): number {
  const difference = a - b;
  return total + difference * difference;
}

function fillDense(
  d: Float64Array,
  offset: number,
  row: Float64Array,
  y: DenseMatrix,
  from: number,
  add: Accumulate,
): void {
  const { columns, data } = y;
  for (let j = from; j < y.rows; j++) {
    const p = j * columns;
    let total = 0;
    for (let k = 0; k < columns; k++) total = add(total, row[k], data[p + k]);
    d[offset + j] = total;
  }
}

function fillSparse(
  d: Float64Array,
  offset: number,
  row: Float64Array,
  y: SparseMatrix,
  add: Accumulate,
): void {
  for (let j = 0; j < y.rows; j++) {
    const end = y.rowStarts[j + 1];
    let p = y.rowStarts[j];
    let total = 0;
    for (let k = 0; k < row.length; k++) {
      const met = p < end && y.columnIndices[p] === k;
      total = add(total, row[k], met ? y.values[p++] : 0);
    }
    d[offset + j] = total;
  }
}

function mergeRows(
  x: SparseMatrix,
  i: number,
  y: SparseMatrix,
  j: number,
  add: Accumulate,
): number {
  const endX = x.rowStarts[i + 1];
  const endY = y.rowStarts[j + 1];
  let p = x.rowStarts[i];
  let q = y.rowStarts[j];
  let total = 0;
  while (p < endX || q < endY) {
    const columnX = p < endX ? x.columnIndices[p] : Infinity;
    const columnY = q < endY ? y.columnIndices[q] : Infinity;
    const a = columnX <= columnY ? x.values[p] : 0;
    const b = columnY <= columnX ? y.values[q] : 0;
    total = add(total, a, b);
    if (columnX <= columnY) p++;
    if (columnY <= columnX) q++;
  }
  return total;
}

function copyRow(x: Matrix, i: number, row: Float64Array): void {
  if (x.format === 'dense') {
    row.set(x.data.subarray(i * x.columns, (i + 1) * x.columns));
    return;
  }
  row.fill(0);
  for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) row[x.columnIndices[p]] = x.values[p];
}

import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkLuPivots, checkSameRows, checkSquare } from '../internal/checks.js';
import { addProduct, block } from './block.js';

const blockSize = 48;

/** Solves `a·x = b` by LU with partial pivoting. */
export function solve(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const who = 'solve';
  checkSquare(a, who, 'a');
  checkSameRows(a, b, who, 'b');
  const n = a.rows;
  const m = b.columns;
  const { lu, order } = luFactor(a, who);
  checkLuPivots(lu, a, who);
  const x = zeros(n, m, who);
  for (let i = 0; i < n; i++) x.data.set(b.data.subarray(order[i] * m, (order[i] + 1) * m), i * m);
  solveLower(lu.data, x.data, n, m);
  solveUpper(lu.data, x.data, n, m);
  return x;
}

/** L below the diagonal (its own is 1) and U above, in one matrix: row `i` of `L·U` is row
 * `order[i]` of `a`. */
export interface LuFactor {
  readonly lu: DenseMatrix;
  readonly order: Int32Array;
  /** Determinant of the permutation: 1 or −1. */
  readonly sign: number;
}

/** Factors a square matrix; a zero pivot is left in place for the caller to judge. */
export function luFactor(a: DenseMatrix, who: string): LuFactor {
  const n = a.rows;
  const lu = zeros(n, n, who);
  const u = lu.data;
  u.set(a.data);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k0 = 0; k0 < n; k0 += blockSize) {
    const k1 = Math.min(k0 + blockSize, n);
    for (let k = k0; k < k1; k++) {
      const pivot = largestBelow(u, n, k);
      if (pivot !== k) {
        swapRows(u, n, k, pivot);
        [order[k], order[pivot]] = [order[pivot], order[k]];
        sign = -sign;
      }
      eliminate(u, n, k, k1);
    }
    solveUnitLower(u, u, n, n, k0, k1, k1);
    const rest = n - k1;
    addProduct(
      -1,
      block(u, n, k1, k1),
      block(u, n, k1, k0),
      block(u, n, k0, k1),
      rest,
      k1 - k0,
      rest,
    );
  }
  return { lu, order, sign };
}

function largestBelow(u: Float64Array, n: number, k: number): number {
  let pivot = k;
  let largest = Math.abs(u[k * n + k]);
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(u[i * n + k]);
    if (size > largest) {
      largest = size;
      pivot = i;
    }
  }
  return pivot;
}

function swapRows(u: Float64Array, n: number, i: number, j: number): void {
  const row = u.slice(i * n, (i + 1) * n);
  u.copyWithin(i * n, j * n, (j + 1) * n);
  u.set(row, j * n);
}

/** Column `k` of L, and its share taken from the columns up to `end`. */
function eliminate(u: Float64Array, n: number, k: number, end: number): void {
  const pivot = u[k * n + k];
  if (pivot === 0) return;
  for (let i = k + 1; i < n; i++) {
    const factor = u[i * n + k] / pivot;
    u[i * n + k] = factor;
    for (let j = k + 1; j < end; j++) u[i * n + j] -= factor * u[k * n + j];
  }
}

/** Rows start … end − 1 of `x`, columns from `column` on, for a unit lower triangle in `l`. */
function solveUnitLower(
  l: Float64Array,
  x: Float64Array,
  n: number,
  m: number,
  start: number,
  end: number,
  column = 0,
): void {
  for (let i = start + 1; i < end; i++) {
    for (let k = start; k < i; k++) {
      const factor = l[i * n + k];
      for (let j = column; j < m; j++) x[i * m + j] -= factor * x[k * m + j];
    }
  }
}

/** Solves L·x = b in place, block by block: each is solved and its share taken from the rows
 * below. */
function solveLower(l: Float64Array, x: Float64Array, n: number, m: number): void {
  for (let start = 0; start < n; start += blockSize) {
    const end = Math.min(start + blockSize, n);
    solveUnitLower(l, x, n, m, start, end);
    const share = block(l, n, end, start);
    addProduct(-1, block(x, m, end), share, block(x, m, start), n - end, end - start, m);
  }
}

/** Solves U·x = b in place, from the last block up. */
function solveUpper(u: Float64Array, x: Float64Array, n: number, m: number): void {
  for (let end = n; end > 0; end -= blockSize) {
    const start = Math.max(0, end - blockSize);
    for (let i = end - 1; i >= start; i--) {
      for (let k = i + 1; k < end; k++) {
        const factor = u[i * n + k];
        for (let j = 0; j < m; j++) x[i * m + j] -= factor * x[k * m + j];
      }
      const pivot = u[i * n + i];
      for (let j = 0; j < m; j++) x[i * m + j] /= pivot;
    }
    const share = block(u, n, 0, start);
    addProduct(-1, block(x, m), share, block(x, m, start), start, end - start, m);
  }
}

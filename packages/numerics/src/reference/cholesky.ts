import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkSameRows, checkSquare, isPivot, notPositiveDefinite } from '../internal/checks.js';
import { solveTriangularInPlace } from './triangular.js';

const blockSize = 48;

/** Lower-triangular `L` with `L·Lᵀ = a`, block column by block column. */
export function cholesky(a: DenseMatrix, who = 'cholesky'): DenseMatrix {
  checkSquare(a, who, 'a');
  const n = a.rows;
  const lower = zeros(n, n, who);
  const l = lower.data;
  for (let i = 0; i < n; i++) l.set(a.data.subarray(i * n, i * n + i + 1), i * n);
  for (let k0 = 0; k0 < n; k0 += blockSize) {
    const k1 = Math.min(k0 + blockSize, n);
    factorBlockColumn(l, a, k0, k1, who);
    for (let i = k1; i < n; i += 2) subtractOuterRows(l, n, i, k0, k1);
  }
  return lower;
}

/** Solves `a·x = b` for a symmetric positive definite `a`. */
export function solvePositiveDefinite(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const who = 'solvePositiveDefinite';
  checkSquare(a, who, 'a');
  checkSameRows(a, b, who, 'b');
  const lower = cholesky(a, who);
  const x = zeros(b.rows, b.columns, who);
  x.data.set(b.data);
  solveTriangularInPlace(lower, x, false);
  solveTriangularInPlace(lower, x, true);
  return x;
}

/** Columns k0 … k1 − 1 of L, from entries that already lack the share of the columns before
 * them. */
function factorBlockColumn(
  l: Float64Array,
  a: DenseMatrix,
  k0: number,
  k1: number,
  who: string,
): void {
  const n = a.rows;
  for (let i = k0; i < n; i++) {
    const row = i * n;
    const last = Math.min(i, k1 - 1);
    for (let j = k0; j <= last; j++) {
      const other = j * n;
      let sum = l[row + j];
      for (let k = k0; k < j; k++) sum -= l[row + k] * l[other + k];
      if (j < i) l[row + j] = sum / l[other + j];
      else {
        if (!isPivot(sum, a.data[row + i], n)) throw notPositiveDefinite(i, sum, who);
        l[row + i] = Math.sqrt(sum);
      }
    }
  }
}

/** Takes the share of columns k0 … k1 − 1 from rows i and i + 1 to the right of them, two by two
 * entries at a time. */
function subtractOuterRows(l: Float64Array, n: number, i: number, k0: number, k1: number): void {
  const first = i * n;
  const second = i + 1 < n ? first + n : first; // the last row of an odd count is paired with itself
  const single = second === first;
  for (let j = k1; j <= i + 1 && j < n; j += 2) {
    const left = j * n;
    const right = j + 1 < n ? left + n : left;
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    for (let k = k0; k < k1; k++) {
      const x0 = l[first + k];
      const x1 = l[second + k];
      const y0 = l[left + k];
      const y1 = l[right + k];
      s00 += x0 * y0;
      s01 += x0 * y1;
      s10 += x1 * y0;
      s11 += x1 * y1;
    }
    if (j <= i) l[first + j] -= s00;
    if (j + 1 <= i) l[first + j + 1] -= s01;
    if (single) continue;
    if (j <= i + 1) l[second + j] -= s10;
    if (j + 1 <= i + 1) l[second + j + 1] -= s11;
  }
}

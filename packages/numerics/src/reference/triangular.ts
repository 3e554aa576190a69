import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkSameRows, checkSquare, singular } from '../internal/checks.js';
import { addProduct, block, flipped } from './block.js';

const blockSize = 48;

/** Solves `L·x = b`, or `Lᵀ·x = b`; a zero on the diagonal is a `NUMERICAL` error. */
export function solveTriangular(
  lower: DenseMatrix,
  b: DenseMatrix,
  options: { readonly transpose?: boolean } = {},
): DenseMatrix {
  const who = 'solveTriangular';
  checkSquare(lower, who, 'lower');
  checkSameRows(lower, b, who, 'b');
  const n = lower.rows;
  for (let i = 0; i < n; i++) {
    const pivot = lower.data[i * n + i];
    if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Infinity)) throw singular(i, pivot, who);
  }
  const x = zeros(b.rows, b.columns, who);
  x.data.set(b.data);
  solveTriangularInPlace(lower, x, options.transpose === true);
  return x;
}

/** Replaces `x` by the solution; blocks of rows are solved one after the other and taken out of the
 * rest by products. */
export function solveTriangularInPlace(
  lower: DenseMatrix,
  x: DenseMatrix,
  transpose: boolean,
): void {
  const n = lower.rows;
  const m = x.columns;
  if (transpose) {
    for (let end = n; end > 0; end -= blockSize) {
      const start = Math.max(0, end - blockSize);
      solveBackward(lower.data, x.data, n, m, start, end);
      const share = flipped(block(lower.data, n, start, 0));
      addProduct(-1, block(x.data, m), share, block(x.data, m, start), start, end - start, m);
    }
    return;
  }
  for (let start = 0; start < n; start += blockSize) {
    const end = Math.min(start + blockSize, n);
    const share = block(lower.data, n, start, 0);
    addProduct(-1, block(x.data, m, start), share, block(x.data, m), end - start, start, m);
    solveForward(lower.data, x.data, n, m, start, end);
  }
}

function solveForward(
  l: Float64Array,
  x: Float64Array,
  n: number,
  m: number,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    const to = i * m;
    for (let k = start; k < i; k++) {
      const factor = l[i * n + k];
      for (let j = 0; j < m; j++) x[to + j] -= factor * x[k * m + j];
    }
    const pivot = l[i * n + i];
    for (let j = 0; j < m; j++) x[to + j] /= pivot;
  }
}

function solveBackward(
  l: Float64Array,
  x: Float64Array,
  n: number,
  m: number,
  start: number,
  end: number,
): void {
  for (let i = end - 1; i >= start; i--) {
    const from = i * m;
    const pivot = l[i * n + i];
    for (let j = 0; j < m; j++) x[from + j] /= pivot;
    for (let k = start; k < i; k++) {
      const factor = l[i * n + k];
      for (let j = 0; j < m; j++) x[k * m + j] -= factor * x[from + j];
    }
  }
}

import type { DenseMatrix, Matrix, MultiplyOptions, SparseMatrix } from '@graft-ml/core';
import { transposed, zeros } from '../internal/allocate.js';
import { checkMultiply } from '../internal/checks.js';
import { addProduct, block, flipped } from './block.js';

/** `op(a) · op(b)`; the stored entries of a sparse `a` are visited once. */
export function multiply(a: Matrix, b: DenseMatrix, options: MultiplyOptions = {}): DenseMatrix {
  const who = 'multiply';
  const { rows, inner, columns } = checkMultiply(a, b, options, who);
  const right = options.transposeB ? transposed(b, who) : b;
  const result = zeros(rows, columns, who);
  if (a.format === 'csr') {
    addSparseProduct(result.data, a, right, options.transposeA === true);
    return result;
  }
  const left = block(a.data, a.columns);
  addProduct(
    1,
    block(result.data, columns),
    options.transposeA ? flipped(left) : left,
    block(right.data, columns),
    rows,
    inner,
    columns,
  );
  return result;
}

/** `aᵀ · a`: one triangle is computed, strip by strip, and mirrored. */
export function crossProduct(a: Matrix): DenseMatrix {
  const n = a.columns;
  const result = zeros(n, n, 'crossProduct');
  const c = result.data;
  if (a.format === 'csr') addSparseCrossProduct(c, a);
  else {
    const right = block(a.data, n);
    const strip = 32;
    for (let i0 = 0; i0 < n; i0 += strip) {
      const height = Math.min(strip, n - i0);
      const from = { ...right, offset: i0 };
      addProduct(1, block(c, n, i0, i0), flipped(from), from, height, a.rows, n - i0);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) c[j * n + i] = c[i * n + j];
  }
  return result;
}

function addSparseProduct(
  c: Float64Array,
  a: SparseMatrix,
  b: DenseMatrix,
  transposeA: boolean,
): void {
  const { columns } = b;
  for (let i = 0; i < a.rows; i++) {
    for (let p = a.rowStarts[i]; p < a.rowStarts[i + 1]; p++) {
      const k = a.columnIndices[p];
      const value = a.values[p];
      const to = (transposeA ? k : i) * columns;
      const from = (transposeA ? i : k) * columns;
      for (let j = 0; j < columns; j++) c[to + j] += value * b.data[from + j];
    }
  }
}

/** Fills the upper triangle of `aᵀ · a`. */
function addSparseCrossProduct(c: Float64Array, a: SparseMatrix): void {
  const n = a.columns;
  for (let i = 0; i < a.rows; i++) {
    const end = a.rowStarts[i + 1];
    for (let p = a.rowStarts[i]; p < end; p++) {
      const value = a.values[p];
      const row = a.columnIndices[p] * n;
      for (let q = p; q < end; q++) c[row + a.columnIndices[q]] += value * a.values[q];
    }
  }
}

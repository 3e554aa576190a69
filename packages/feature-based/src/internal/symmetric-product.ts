import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { otherNumbers } from './other-numbers.js';

/** Columns that are multiplied at once. */
const blockSize = 256;

/** GᵀQ, known to be symmetric, in its lower triangle; zeros above it.
 *
 * Only blocks on and below the diagonal are computed. Where rows `triangle` of G are in this order a lower triangle, those
 * before a block of columns are zero there and left out: for n = r a sixth of the operations of the whole product.
 */
export function symmetricProduct(
  linearAlgebra: LinearAlgebra,
  g: DenseMatrix,
  q: DenseMatrix,
  triangle?: Int32Array,
): DenseMatrix {
  const r = g.columns;
  const result = denseMatrix(r, r);
  const order = new Int32Array(g.rows);
  const first = triangle ?? new Int32Array();
  order.set(first);
  order.set(otherNumbers(g.rows, first), first.length);
  for (let start = 0; start < r; start += blockSize) {
    const end = Math.min(start + blockSize, r);
    const seen = triangle ? order.subarray(start) : order;
    const part = linearAlgebra.multiply(blockOf(g, seen, start, end), blockOf(q, seen, 0, end), {
      transposeA: true,
    });
    for (let j = start; j < end; j++) {
      const from = (j - start) * end;
      result.data.set(part.data.subarray(from, from + j + 1), j * r);
    }
  }
  return result;
}

/** Columns `start` to `end` (exclusive) of some rows. */
function blockOf(a: DenseMatrix, rows: Int32Array, start: number, end: number): DenseMatrix {
  const block = denseMatrix(rows.length, end - start);
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k] * a.columns;
    block.data.set(a.data.subarray(from + start, from + end), k * block.columns);
  }
  return block;
}

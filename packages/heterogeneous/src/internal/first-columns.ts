import { denseMatrix, type DenseMatrix } from '@graft-ml/core';

/** The first `count` columns; the matrix itself where that is all of them. */
export function firstColumns(matrix: DenseMatrix, count: number): DenseMatrix {
  if (count === matrix.columns) return matrix;
  const data = new Float64Array(matrix.rows * count);
  for (let i = 0; i < matrix.rows; i++) {
    const from = i * matrix.columns;
    data.set(matrix.data.subarray(from, from + count), i * count);
  }
  return denseMatrix(matrix.rows, count, data);
}

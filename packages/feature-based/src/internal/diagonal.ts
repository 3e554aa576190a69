import { type DenseMatrix, denseMatrix } from '@graft-ml/core';

/** `a + value·I` as a new matrix. */
export function addToDiagonal(a: DenseMatrix, value: number): DenseMatrix {
  const data = Float64Array.from(a.data);
  for (let j = 0; j < a.columns; j++) data[j * a.columns + j] += value;
  return denseMatrix(a.rows, a.columns, data);
}

import { type DenseMatrix, denseMatrix } from '@graft-ml/core';

/** Rows and columns exchanged, as a new matrix. */
export function transposed({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const turned = denseMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned.data[j * rows + i] = data[i * columns + j];
  }
  return turned;
}

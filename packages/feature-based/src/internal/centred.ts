import { denseMatrix, toDense, type DenseMatrix, type Matrix } from '@graft-ml/core';

/** `x` minus `mean` in every row, as a new dense matrix. */
export function centred(x: Matrix, mean: Float64Array): DenseMatrix {
  const { rows, columns } = x;
  const given = toDense(x).data;
  const data = new Float64Array(given.length);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) data[p] = given[p] - mean[j];
  }
  return denseMatrix(rows, columns, data);
}

import type { DenseMatrix } from '@graft-ml/core';
import { argmaxRows } from '@graft-ml/numerics';

/** The column of the largest entry in each row, the first of them on a tie, as encoded predictions. */
export function largestColumn(scores: DenseMatrix): Float64Array {
  return Float64Array.from(argmaxRows(scores));
}

/** Divides every row by its sum, in place; a row that sums to 0 becomes uniform. */
export function rowsToShares(matrix: DenseMatrix): DenseMatrix {
  const { rows, columns, data } = matrix;
  for (let i = 0; i < rows; i++) {
    const from = i * columns;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += data[from + c];
    for (let c = 0; c < columns; c++) data[from + c] = sum > 0 ? data[from + c] / sum : 1 / columns;
  }
  return matrix;
}

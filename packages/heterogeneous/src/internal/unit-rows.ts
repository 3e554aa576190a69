import { denseMatrix, toDense, type DenseMatrix, type Matrix } from '@graft-ml/core';

/** Rows divided by their length; zero rows stay. */
export function unitRows(x: Matrix): DenseMatrix {
  const { rows, columns, data } = toDense(x);
  const unit = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    let [largest, sum] = [0, 0];
    const from = i * columns;
    for (let j = 0; j < columns; j++) largest = Math.max(largest, Math.abs(data[from + j]));
    if (largest === 0) continue;
    for (let j = 0; j < columns; j++) sum += (data[from + j] / largest) ** 2;
    const length = Math.sqrt(sum);
    for (let j = 0; j < columns; j++) unit[from + j] = data[from + j] / largest / length;
  }
  return denseMatrix(rows, columns, unit);
}

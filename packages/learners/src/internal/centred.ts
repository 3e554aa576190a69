import { type DenseMatrix, denseMatrix, type Matrix, toDense } from '@graft-ml/core';

/** Adds `factor` times row `i` of `x` to `sum`, from position `at` on. */
export function addRow(sum: Float64Array, x: Matrix, i: number, factor: number, at = 0): void {
  if (x.format === 'dense') {
    const from = i * x.columns;
    for (let j = 0; j < x.columns; j++) sum[at + j] += factor * x.data[from + j];
    return;
  }
  for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
    sum[at + x.columnIndices[p]] += factor * x.values[p];
  }
}

/** `x` minus `mean` in every row, each row times the root of its weight where there are weights: a new dense matrix. */
export function centred(x: Matrix, mean: Float64Array, weights?: Float64Array): DenseMatrix {
  const { rows, columns, data } = toDense(x);
  const shifted = new Float64Array(data.length);
  for (let i = 0, p = 0; i < rows; i++) {
    const root = weights ? Math.sqrt(weights[i]) : 1;
    for (let j = 0; j < columns; j++, p++) shifted[p] = root * (data[p] - mean[j]);
  }
  return denseMatrix(rows, columns, shifted);
}

import type { DenseMatrix, Matrix } from '@graft-ml/core';

/** Every row divided by its Euclidean length; a row of zeros stays as it is. Sparse rows stay sparse. */
export function unitRows(x: DenseMatrix): DenseMatrix;
export function unitRows(x: Matrix): Matrix;
export function unitRows(x: Matrix): Matrix {
  const values = x.format === 'dense' ? x.data : x.values;
  const scaled = new Float64Array(values.length);
  const { abs, sqrt } = Math;
  for (let i = 0; i < x.rows; i++) {
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    // Measured against the largest entry, so that squares neither overflow nor vanish.
    let largest = 0;
    for (let p = from; p < to; p++) if (abs(values[p]) > largest) largest = abs(values[p]);
    if (largest === 0) continue;
    let squares = 0;
    for (let p = from; p < to; p++) squares += (values[p] / largest) * (values[p] / largest);
    const length = sqrt(squares);
    for (let p = from; p < to; p++) scaled[p] = values[p] / largest / length;
  }
  return x.format === 'dense' ? { ...x, data: scaled } : { ...x, values: scaled };
}

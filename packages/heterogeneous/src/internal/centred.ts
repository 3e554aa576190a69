import { denseMatrix, toDense, type DenseMatrix, type Matrix } from '@graft-ml/core';
import { columnMeans } from '@graft-ml/numerics';

/** Rows and the mean that was taken off them. */
export interface Centred {
  readonly mean: Float64Array;
  readonly rows: DenseMatrix;
}

/** `x` minus its own column means, as a new dense matrix. */
export function centre(x: Matrix): Centred {
  const mean = columnMeans(x);
  return { mean, rows: minus(x, mean) };
}

/** `x` minus `shift` in every row, as a new dense matrix. */
export function minus(x: Matrix, shift: Float64Array): DenseMatrix {
  const { rows, columns } = x;
  const given = toDense(x).data;
  const data = new Float64Array(given.length);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) data[p] = given[p] - shift[j];
  }
  return denseMatrix(rows, columns, data);
}

/** √Σ xᵢⱼ², scaled so that squares do not overflow. */
export function frobeniusNorm({ data }: DenseMatrix): number {
  let largest = 0;
  for (let p = 0; p < data.length; p++) largest = Math.max(largest, Math.abs(data[p]));
  if (largest === 0) return 0;
  let sum = 0;
  for (let p = 0; p < data.length; p++) {
    const ratio = data[p] / largest;
    sum += ratio * ratio;
  }
  return largest * Math.sqrt(sum);
}

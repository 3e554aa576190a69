import { type DenseMatrix, denseMatrix } from '@graft-ml/core';

/** `a + value·I` as a new matrix. */
export function addToDiagonal(a: DenseMatrix, value: number): DenseMatrix {
  const data = Float64Array.from(a.data);
  for (let j = 0; j < a.columns; j++) data[j * a.columns + j] += value;
  return denseMatrix(a.rows, a.columns, data);
}

export function plus(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const data = new Float64Array(a.data.length);
  for (let p = 0; p < data.length; p++) data[p] = a.data[p] + b.data[p];
  return denseMatrix(a.rows, a.columns, data);
}

export function scaled(a: DenseMatrix, factor: number): DenseMatrix {
  const data = new Float64Array(a.data.length);
  for (let p = 0; p < data.length; p++) data[p] = a.data[p] * factor;
  return denseMatrix(a.rows, a.columns, data);
}

/** The identity of size n. */
export function identity(n: number): DenseMatrix {
  const data = new Float64Array(n * n);
  for (let j = 0; j < n; j++) data[j * n + j] = 1;
  return denseMatrix(n, n, data);
}

export function transposed({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const result = denseMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result.data[j * rows + i] = data[i * columns + j];
  }
  return result;
}

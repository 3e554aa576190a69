import { type DenseMatrix, denseMatrix, type Matrix } from '@graft-ml/core';

/** `x·coefficientsᵀ + intercepts` [x.rows, outputs]; sparse rows are not made dense. */
export function linearScores(
  x: Matrix,
  coefficients: DenseMatrix,
  intercepts: Float64Array,
): DenseMatrix {
  const outputs = coefficients.rows;
  const scores = denseMatrix(x.rows, outputs);
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < outputs; k++) {
      scores.data[i * outputs + k] = intercepts[k] + dotRow(x, i, coefficients.data, k * x.columns);
    }
  }
  return scores;
}

/** Row `i` of `x` times the vector that starts at `at` in `vector`. */
export function dotRow(x: Matrix, i: number, vector: Float64Array, at = 0): number {
  let sum = 0;
  if (x.format === 'csr') {
    const { columnIndices, values } = x;
    const end = x.rowStarts[i + 1];
    for (let p = x.rowStarts[i]; p < end; p++) sum += values[p] * vector[at + columnIndices[p]];
    return sum;
  }
  const { columns, data } = x;
  const from = i * columns;
  let other = 0;
  let j = 0;
  for (; j + 1 < columns; j += 2) {
    sum += data[from + j] * vector[at + j];
    other += data[from + j + 1] * vector[at + j + 1];
  }
  if (j < columns) sum += data[from + j] * vector[at + j];
  return sum + other;
}

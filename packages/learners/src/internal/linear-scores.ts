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
  if (x.format === 'dense') return dotDense(x.data, i * x.columns, vector, at, x.columns);
  const { columnIndices, values } = x;
  const end = x.rowStarts[i + 1];
  let sum = 0;
  for (let p = x.rowStarts[i]; p < end; p++) sum += values[p] * vector[at + columnIndices[p]];
  return sum;
}

/** Four sums side by side: the processor need not wait for one addition before the next. */
function dotDense(
  a: Float64Array,
  from: number,
  b: Float64Array,
  at: number,
  count: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = 0;
  for (; j + 3 < count; j += 4) {
    s0 += a[from + j] * b[at + j];
    s1 += a[from + j + 1] * b[at + j + 1];
    s2 += a[from + j + 2] * b[at + j + 2];
    s3 += a[from + j + 3] * b[at + j + 3];
  }
  for (; j < count; j++) s0 += a[from + j] * b[at + j];
  return s0 + s1 + (s2 + s3);
}

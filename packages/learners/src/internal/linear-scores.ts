import { type DenseMatrix, denseMatrix, type Matrix } from '@graft-ml/core';

/** `x·coefficientsᵀ + intercepts` [x.rows, outputs]; sparse rows are not made dense. */
export function linearScores(
  x: Matrix,
  coefficients: DenseMatrix,
  intercepts: Float64Array,
): DenseMatrix {
  const scores = denseMatrix(x.rows, coefficients.rows);
  scoreRows(x, coefficients, intercepts, scores.data);
  return scores;
}

/** As {@link linearScores}, into `scores` [x.rows, outputs]. */
export function scoreRows(
  x: Matrix,
  coefficients: DenseMatrix,
  intercepts: Float64Array,
  scores: Float64Array,
): void {
  for (let k = 0; k < coefficients.rows; k++) {
    const vector = coefficients.data.subarray(k * x.columns, (k + 1) * x.columns);
    if (x.format === 'dense') scoreDense(x, vector, intercepts[k], scores, k, coefficients.rows);
    else {
      for (let i = 0, p = k; i < x.rows; i++, p += coefficients.rows) {
        scores[p] = intercepts[k] + dotRow(x, i, vector);
      }
    }
  }
}

/** Four rows side by side: each sum is in the order of the columns, whatever rows are beside it. */
function scoreDense(
  { rows, columns, data }: DenseMatrix,
  vector: Float64Array,
  intercept: number,
  scores: Float64Array,
  at: number,
  step: number,
): void {
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const first = i * columns;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0, p = first; j < columns; j++, p++) {
      const factor = vector[j];
      s0 += data[p] * factor;
      s1 += data[p + columns] * factor;
      s2 += data[p + 2 * columns] * factor;
      s3 += data[p + 3 * columns] * factor;
    }
    scores[at + i * step] = intercept + s0;
    scores[at + (i + 1) * step] = intercept + s1;
    scores[at + (i + 2) * step] = intercept + s2;
    scores[at + (i + 3) * step] = intercept + s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = 0, p = i * columns; j < columns; j++, p++) sum += data[p] * vector[j];
    scores[at + i * step] = intercept + sum;
  }
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

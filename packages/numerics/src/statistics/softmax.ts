import { denseMatrix, type DenseMatrix } from '@graft-ml/core';

/** log Σ exp(zᵢ) without overflow; −∞ for no values. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - largest);
  return largest + Math.log(sum);
}

/** Each row z replaced by exp(z) / Σ exp(z), as a new matrix: scores to probabilities, safe at any
 * finite scores. */
export function softmaxRows(scores: DenseMatrix): DenseMatrix {
  const { rows, columns } = scores;
  const result = denseMatrix(rows, columns);
  for (let start = 0; start < rows * columns; start += columns) {
    let largest = -Infinity;
    for (let p = start; p < start + columns; p++) largest = Math.max(largest, scores.data[p]);
    let sum = 0;
    for (let p = start; p < start + columns; p++) {
      sum += result.data[p] = Math.exp(scores.data[p] - largest);
    }
    for (let p = start; p < start + columns; p++) result.data[p] /= sum;
  }
  return result;
}

/** Position of the largest value, the first on a tie; −1 for none. */
export function argmax(values: ArrayLike<number>): number {
  let best = values.length === 0 ? -1 : 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** {@link argmax} of each row [rows]. */
export function argmaxRows(scores: DenseMatrix): Int32Array {
  const { rows, columns, data } = scores;
  const best = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    best[i] = argmax(data.subarray(i * columns, (i + 1) * columns));
  }
  return best;
}

import type { Matrix } from '@graft-ml/core';

/** Mean Euclidean length of the rows. */
export function meanLength(x: Matrix): number {
  const values = x.format === 'dense' ? x.data : x.values;
  let sum = 0;
  for (let i = 0; i < x.rows; i++) {
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    let squares = 0;
    for (let p = from; p < to; p++) squares += values[p] * values[p];
    sum += Math.sqrt(squares);
  }
  return sum / x.rows;
}

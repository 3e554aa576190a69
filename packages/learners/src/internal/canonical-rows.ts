import { type DenseMatrix, selectRows, toDense, type TrainingRows } from '@graft-ml/core';
import { rowHashes } from './row-hash.js';

/** Different labelled rows with what each weighs. */
export interface CanonicalRows {
  readonly x: DenseMatrix;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
}

/** The rows in an order that depends on what they hold alone, equal ones (in `x` and `y`) put together, those of weight 0 left out.
 *
 * What is drawn at random for rows in this order is the same however they stood before, and the same for a row of weight 2
 * as for the row twice.
 */
export function canonicalRows({ x, y, weights }: TrainingRows): CanonicalRows {
  const rows = toDense(x);
  const hashes = rowHashes(rows, 0);
  const order = Array.from(hashes.keys())
    .filter((i) => !weights || weights[i] > 0)
    .sort((a, b) => hashes[a] - hashes[b] || y[a] - y[b]);
  const chosen: number[] = [];
  const sums: number[] = [];
  let total = 0;
  for (const i of order) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    const last = chosen[chosen.length - 1];
    if (chosen.length > 0 && y[last] === y[i] && equalRows(rows, last, i)) {
      sums[sums.length - 1] += weight;
      continue;
    }
    chosen.push(i);
    sums.push(weight);
  }
  return {
    x: toDense(selectRows(rows, chosen)),
    y: Float64Array.from(chosen, (i) => y[i]),
    weights: Float64Array.from(sums),
    total,
  };
}

function equalRows({ columns, data }: DenseMatrix, a: number, b: number): boolean {
  for (let j = 0; j < columns; j++) {
    if (data[a * columns + j] !== data[b * columns + j]) return false;
  }
  return true;
}

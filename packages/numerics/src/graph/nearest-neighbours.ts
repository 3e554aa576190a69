import { selectRows, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';

export interface Neighbours {
  /** [rows of x · nNeighbours]: the rows of y nearest to row i, nearest first, from i · nNeighbours
   * on; ties by lower index. */
  readonly indices: Int32Array;
  readonly squaredDistances: Float64Array;
}

/** The `nNeighbours` rows of `y` nearest to each row of `x` in Euclidean distance, by comparing all
 * pairs, some rows of `x` at a time so that memory stays below about 32 MB. With `y` left out, the
 * rows of `x` themselves, each without itself.
 *
 * Errors: `INVALID_OPTION` when there are not so many rows.
 */
export function nearestNeighbours(
  linalg: LinearAlgebra,
  nNeighbours: number,
  x: Matrix,
  y?: Matrix,
): Neighbours {
  const others = y ?? x;
  const available = others.rows - (y ? 0 : 1);
  checkOption('nearestNeighbours', 'nNeighbours', nNeighbours, 'integer', {
    atLeast: 1,
    atMost: available,
  });
  const indices = new Int32Array(x.rows * nNeighbours);
  const distances = new Float64Array(x.rows * nNeighbours);
  const height = Math.max(1, Math.floor(4e6 / others.rows));
  for (let start = 0; start < x.rows; start += height) {
    const end = Math.min(start + height, x.rows);
    const rows = Int32Array.from({ length: end - start }, (_, i) => start + i);
    const part = end - start === x.rows ? x : selectRows(x, rows);
    const { data } = linalg.squaredDistances(part, others);
    for (let i = start; i < end; i++) {
      const row = data.subarray((i - start) * others.rows, (i - start + 1) * others.rows);
      keepNearest(row, y ? -1 : i, nNeighbours, i * nNeighbours, indices, distances);
    }
  }
  return { indices, squaredDistances: distances };
}

/** Inserts each distance into the short sorted list that begins at `offset`. */
function keepNearest(
  row: Float64Array,
  skip: number,
  count: number,
  offset: number,
  indices: Int32Array,
  distances: Float64Array,
): void {
  let filled = 0;
  for (let j = 0; j < row.length; j++) {
    if (j === skip) continue;
    const distance = row[j];
    if (filled === count && distance >= distances[offset + count - 1]) continue;
    let place = filled < count ? filled++ : count - 1;
    while (place > 0 && distances[offset + place - 1] > distance) {
      distances[offset + place] = distances[offset + place - 1];
      indices[offset + place] = indices[offset + place - 1];
      place--;
    }
    distances[offset + place] = distance;
    indices[offset + place] = j;
  }
}

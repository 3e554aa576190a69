import { selectRows, TransferError, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { randomSource } from '../random.js';

export interface MedianHeuristicOptions {
  /** With more rows than this, so many are drawn without replacement and only they are compared.
   * Default 1000. */
  readonly maxRows?: number;
  /** Seed of that draw. Default 0. */
  readonly seed?: number;
}

/** Median Euclidean distance between different rows: over all pairs i < j, zero distances left out,
 * and with an even count the mean of the two in the middle.
 *
 * Errors: `INVALID_DATA` when no two rows differ, because then there is no scale to speak of.
 */
export function medianDistance(
  linalg: LinearAlgebra,
  x: Matrix,
  { maxRows = 1000, seed = 0 }: MedianHeuristicOptions = {},
): number {
  checkOption('medianDistance', 'maxRows', maxRows, 'integer', { atLeast: 2 });
  const rows =
    x.rows > maxRows ? selectRows(x, randomSource(seed).sample(x.rows, maxRows).sort()) : x;
  const { data } = linalg.squaredDistances(rows, rows);
  const n = rows.rows;
  const distances = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (data[i * n + j] > 0) distances[count++] = data[i * n + j];
    }
  }
  if (count === 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'medianDistance',
      message:
        'needs at least two different rows to find a length scale; give the kernel width yourself.',
      details: { argument: 'x', reason: 'no-distance' },
    });
  }
  const sorted = distances.subarray(0, count).sort();
  const half = count >> 1;
  const upper = Math.sqrt(sorted[half]);
  return count % 2 === 1 ? upper : (Math.sqrt(sorted[half - 1]) + upper) / 2;
}

/** Width of an RBF kernel by the median heuristic: γ = 1 / (2·m²) with m from {@link
 * medianDistance}, i.e. σ = m. */
export function medianHeuristicGamma(
  linalg: LinearAlgebra,
  x: Matrix,
  options: MedianHeuristicOptions = {},
): number {
  const median = medianDistance(linalg, x, options);
  return 1 / (2 * median * median);
}

import { largestMagnitude } from './vector.js';

/** The power of two that brings the largest magnitude among `values` next to 1; 1 when all are
 * zero.
 *
 * Multiplying by it is exact, and squares of what matters then neither overflow nor vanish. */
export function scaleToOne(values: Float64Array): number {
  const largest = largestMagnitude(values);
  if (largest === 0) return 1;
  // Bounded, because the inverse of the smallest numbers is not a float64 number.
  const exponent = Math.max(-1022, Math.min(1022, -Math.floor(Math.log2(largest))));
  return 2 ** exponent;
}

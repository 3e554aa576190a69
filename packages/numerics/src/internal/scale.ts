import { largestMagnitude } from './vector.js';

/** The power of two that brings the largest magnitude among `values` next to 1; 1 when all are zero. */
export function scaleToOne(values: Float64Array): number {
  return inversePowerOfTwo(largestMagnitude(values));
}

/** The power of two whose product with `size` ≥ 0 is next to 1; 1 for 0.
 *
 * Multiplying by it is exact, and squares of what matters then neither overflow nor vanish. */
export function inversePowerOfTwo(size: number): number {
  if (size === 0) return 1;
  // Bounded, because the inverse of the smallest numbers is not a float64 number.
  return 2 ** Math.max(-1022, Math.min(1022, -Math.floor(Math.log2(size))));
}

import type { LinearAlgebra, MatrixInput } from '@graft-ml/core';
import {
  randomDirections,
  randomSource,
  referenceLinearAlgebra,
  slicedWasserstein,
} from '@graft-ml/numerics';
import { checkOption, samplePair } from '../internal/inputs.js';

export interface SlicedDistanceOptions {
  /** Random directions, a whole number ≥ 1, default 100. More of them make the estimate steadier. */
  readonly nDirections?: number;
  /** The power p ≥ 1, default 2. */
  readonly power?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly linearAlgebra?: LinearAlgebra;
}

/** Sliced Wasserstein distance (mean over random directions of W_pᵖ along each)^(1/p), in units of the features.
 *
 * O(n log n) per direction. For d columns it is smaller than the Wasserstein distance by a factor up to √d. Paper: bonneel2015.
 */
export function slicedWassersteinDistance(
  source: MatrixInput,
  target: MatrixInput,
  options: SlicedDistanceOptions = {},
): number {
  const who = 'slicedWassersteinDistance';
  const { nDirections = 100, power = 2, seed = 0 } = options;
  const { linearAlgebra = referenceLinearAlgebra } = options;
  const whole = Number.isInteger(nDirections) && nDirections >= 1;
  checkOption(who, 'nDirections', nDirections, 'a whole number ≥ 1', whole);
  const { xs, xt } = samplePair(who, source, target);
  const directions = randomDirections(xs.columns, nDirections, randomSource(seed));
  return slicedWasserstein(linearAlgebra, xs, xt, { directions, power }).distance;
}

import type { Scaling } from './training-set.js';
import type { WeightArray } from './weights.js';

/** Weights to begin with in place of random ones. */
export interface StartingPoint {
  readonly featureWeights: readonly WeightArray[];
  readonly headWeights?: readonly WeightArray[];
  readonly scaling: Scaling;
  readonly valueScaling?: Scaling;
}

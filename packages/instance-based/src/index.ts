export { FittedWeights } from './fitted-weights.js';
export type { WeightSummary } from './fitted-weights.js';

export {
  ClassifierDensityRatio,
  FittedClassifierDensityRatio,
} from './classifier-density-ratio.js';
export type { ClassifierDensityRatioOptions } from './classifier-density-ratio.js';
export { KernelMeanMatching } from './kernel-mean-matching.js';
export type { KernelMeanMatchingOptions } from './kernel-mean-matching.js';

export { BalancedWeighting } from './balanced-weighting.js';
export type { BalancedWeightingOptions } from './balanced-weighting.js';
export { Pooling } from './pooling.js';
export type { PoolingOptions } from './pooling.js';
export { TargetOnly } from './target-only.js';

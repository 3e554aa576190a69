export { FittedWeights } from './fitted-weights.js';
export type { WeightSummary } from './fitted-weights.js';

export {
  ClassifierDensityRatio,
  FittedClassifierDensityRatio,
} from './classifier-density-ratio.js';
export type { ClassifierDensityRatioOptions } from './classifier-density-ratio.js';
export { KernelMeanMatching } from './kernel-mean-matching.js';
export type { KernelMeanMatchingOptions } from './kernel-mean-matching.js';

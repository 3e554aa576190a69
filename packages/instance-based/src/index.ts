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
export { FittedKernelRatio } from './fitted-kernel-ratio.js';
export { Kliep } from './kliep.js';
export type { KliepOptions } from './kliep.js';
export { Ulsif } from './ulsif.js';
export type { UlsifOptions } from './ulsif.js';
export { Rulsif } from './rulsif.js';
export type { RulsifOptions } from './rulsif.js';
export { BoostedClassifier } from './boosted-classifier.js';
export type { BoostedClassifierInit } from './boosted-classifier.js';
export { BoostedRegression } from './boosted-regression.js';
export type { BoostedRegressionInit } from './boosted-regression.js';
export { TrAdaBoost } from './tradaboost.js';
export type { TrAdaBoostOptions } from './tradaboost.js';
export { DynamicTrAdaBoost } from './dynamic-tradaboost.js';
export type { DynamicTrAdaBoostOptions } from './dynamic-tradaboost.js';
export { MultiSourceTrAdaBoost } from './multi-source-tradaboost.js';
export type { MultiSourceTrAdaBoostOptions } from './multi-source-tradaboost.js';
export { TrAdaBoostR2 } from './tradaboost-r2.js';
export type { TrAdaBoostR2Options } from './tradaboost-r2.js';
export { TwoStageTrAdaBoostR2 } from './two-stage-tradaboost-r2.js';
export type { TwoStageTrAdaBoostR2Options } from './two-stage-tradaboost-r2.js';
export { FittedGaussianRatio, GaussianRatio } from './gaussian-ratio.js';
export type { GaussianRatioOptions } from './gaussian-ratio.js';
export { FittedKernelDensityRatio, KernelDensityRatio } from './kernel-density-ratio.js';
export type { KernelDensityRatioOptions } from './kernel-density-ratio.js';
export { NearestNeighbourWeighting } from './nearest-neighbour-weighting.js';
export type { NearestNeighbourWeightingOptions } from './nearest-neighbour-weighting.js';
export { FittedPriorShift } from './fitted-prior-shift.js';
export { EmPriorShift } from './em-prior-shift.js';
export type { EmPriorShiftOptions } from './em-prior-shift.js';
export { BlackBoxShift } from './black-box-shift.js';
export type { BlackBoxShiftOptions } from './black-box-shift.js';
export { Rlls } from './rlls.js';
export type { RllsOptions } from './rlls.js';
export { MmdTargetShift } from './mmd-target-shift.js';
export type { MmdTargetShiftOptions } from './mmd-target-shift.js';
export { correctPosteriors } from './correct-posteriors.js';
export { correctModel, PriorCorrectedModel } from './prior-corrected-model.js';
export type { PriorChange } from './prior-corrected-model.js';
export { PosteriorCorrection } from './posterior-correction.js';
export type { PosteriorCorrectionOptions } from './posterior-correction.js';

export { randomSource } from './random.js';
export type { RandomSource } from './random.js';

export { referenceLinearAlgebra } from './reference/linear-algebra.js';

export {
  columnMeans,
  columnStandardDeviations,
  columnVariances,
  correlation,
  covariance,
} from './statistics/moments.js';
export type { MomentOptions } from './statistics/moments.js';
export { medianDistance, medianHeuristicGamma } from './statistics/median-heuristic.js';
export type { MedianHeuristicOptions } from './statistics/median-heuristic.js';
export { argmax, argmaxRows, logSumExp, softmaxRows } from './statistics/softmax.js';
export { effectiveSampleSize, entropyEffectiveSampleSize, quantile } from './statistics/weights.js';
export { centreKernel, centreKernelRows } from './kernel-centring.js';

export { symmetricExponential, symmetricLogarithm, symmetricPower } from './matrix-functions.js';
export type { SymmetricPowerOptions } from './matrix-functions.js';

export { minimizeLbfgs } from './optimize/lbfgs.js';
export type { LbfgsOptions, LbfgsResult, Objective } from './optimize/lbfgs.js';

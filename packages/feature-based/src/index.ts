export { Coral, FittedCoral } from './coral.js';
export type { CoralOptions } from './coral.js';
export { FittedAffine } from './internal/fitted-affine.js';
export { FittedEmbedding } from './internal/fitted-embedding.js';
export { JointDistributionAdaptation } from './jda.js';
export type { JdaOptions } from './jda.js';
export { SubspaceAlignment } from './subspace-alignment.js';
export type { SubspaceAlignmentOptions } from './subspace-alignment.js';

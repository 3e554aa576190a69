export { FittedProcrustes, Procrustes } from './procrustes.js';
export type { ProcrustesOptions } from './procrustes.js';
export { CcaMap, FittedCcaMap } from './cca-map.js';
export type { CcaMapOptions } from './cca-map.js';
export { FittedKernelCca, KernelCca } from './kernel-cca.js';
export type { KernelCcaOptions } from './kernel-cca.js';
export { FittedManifoldAlignment, ManifoldAlignment } from './manifold-alignment.js';
export type { ManifoldAlignmentOptions } from './manifold-alignment.js';
export { AsymmetricTransform, FittedTransform } from './arc-t.js';
export type { ArcTOptions } from './arc-t.js';
export { MaxMarginModel, MaxMarginTransform } from './mmdt.js';
export type { MmdtOptions } from './mmdt.js';
export { AugmentedMachine, FeatureAugmentation } from './hfa.js';
export type { HfaOptions } from './hfa.js';
export { FeatureSpaceRemapping, FittedRemapping } from './fsr.js';
export type { FsrOptions } from './fsr.js';

export { csls } from './csls.js';
export type { CslsOptions } from './csls.js';

export { FittedProcrustes, Procrustes } from './procrustes.js';
export type { ProcrustesOptions } from './procrustes.js';

export { csls } from './csls.js';
export type { CslsOptions } from './csls.js';

export { CcaMap, FittedCcaMap } from './cca-map.js';
export type { CcaMapOptions } from './cca-map.js';

export { Coral, FittedCoral } from './coral.js';
export type { CoralOptions } from './coral.js';

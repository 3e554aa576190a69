export { randomSource } from './random.js';
export type { RandomSource } from './random.js';

export { referenceLinearAlgebra } from './reference/linear-algebra.js';

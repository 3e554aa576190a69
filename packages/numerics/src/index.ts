export { randomSource } from './random.js';
export type { RandomSource } from './random.js';

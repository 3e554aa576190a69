export { startTensors } from './start-tensors.js';
export type { StartedTensors, TensorStart } from './start-tensors.js';
export { loadTfjs } from './load-tfjs.js';
export { backendObject, guardMethods } from './guard-methods.js';
export { firstLine, loadEngine } from './load-engine.js';
export { outOfMemory } from './memory-error.js';
export { withoutGradient } from './missing.js';
export { describeBackend } from './describe-backend.js';
export type { DescribeOptions } from './describe-backend.js';

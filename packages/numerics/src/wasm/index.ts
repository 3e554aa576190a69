export {
  loadWasmLinearAlgebra,
  type WasmOptions,
  type WasmSource,
} from './load-wasm-linear-algebra.js';
export { WasmLinearAlgebra, type WasmMemory } from './wasm-linear-algebra.js';
export { supportedVariants, type WasmVariant } from './variants.js';
export type { Float32Matrix } from './extras.js';
export type { Moments } from '../statistics/scatter.js';

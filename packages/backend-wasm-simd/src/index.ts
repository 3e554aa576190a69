export { wasmSimd } from './wasm-simd.js';
export type { WasmSimdOptions } from './wasm-simd.js';
export { wasmSimdDeclaration } from './declaration.js';

import type { Tfjs } from '../tensors/tfjs.js';
import { outOfMemory } from '../tensors/memory-error.js';
import type { WasmBackend } from './kernels.js';

const guarded = Symbol.for('@graft-ml/guarded-memory');
const addressSpace = 2 ** 32;

/** Makes an allocation that fails an `OUT_OF_MEMORY` error.
 *
 * The engine itself goes on with the null pointer and writes over the start of its memory; sizes from 4 GB on reach it
 * modulo 4 GB, which looks like success.
 */
export function guardMemory(tf: Tfjs): void {
  const backend = tf.engine().findBackend('wasm') as WasmBackend & { [guarded]?: true };
  if (backend[guarded]) return;
  const { wasm } = backend;
  // The first call of each replaces the property by the function itself.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const pointer = bytes < addressSpace ? allocate(bytes) : 0;
    if (pointer !== 0 || bytes === 0) return pointer;
    throw outOfMemory('wasm-simd', bytes, 'WebAssembly addresses 4 GB in all');
  };
  backend[guarded] = true;
}

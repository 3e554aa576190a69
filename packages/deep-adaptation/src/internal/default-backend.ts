import { type ComputeBackend, TransferError } from '@graft-ml/core';
import type { TensorFlow } from './tensor-network.js';

/** The tensor engine of the backend handed in, or of `@graft-ml/backend-wasm-simd` where that is installed.
 *
 * Errors: `MISSING_DEPENDENCY` without either; `UNSUPPORTED` where the backend has no tensors or no gradients.
 */
export async function tensorsOf(
  given: ComputeBackend | undefined,
  who: string,
): Promise<TensorFlow> {
  const backend = given ?? (await loadDefault(who));
  if (backend.tensors && backend.gradients) return backend.tensors as TensorFlow;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `trains networks, but the backend "${backend.id}" has no ${backend.tensors ? 'gradients' : 'tensors'}. Hand in another, @graft-ml/backend-wasm-simd say.`,
    details: { capability: 'gradients', backend: backend.id },
  });
}

async function loadDefault(who: string): Promise<ComputeBackend> {
  try {
    const { wasmSimd } = await import('@graft-ml/backend-wasm-simd');
    return await wasmSimd.load();
  } catch (cause) {
    throw new TransferError({
      code: 'MISSING_DEPENDENCY',
      who,
      message: `needs a tensor engine, and the default could not be loaded: ${String(cause)}. Run npm install @graft-ml/backend-wasm-simd @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm, or hand in another backend as { backend }.`,
      details: { package: '@graft-ml/backend-wasm-simd' },
      cause,
    });
  }
}

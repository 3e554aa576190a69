import {
  repairAveragePooling,
  repairEmpty,
  startTensors,
} from '@graft-ml/backend-wasm-simd/tensors';
import type { BackendAdapter, BackendOptions, ComputeBackend, TensorEngine } from '@graft-ml/core';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { webgpuDeclaration } from './declaration.js';
import { guardDevice } from './internal/guard-device.js';

/** Tensors on `@tensorflow/tfjs-backend-webgpu`, in browsers; linear algebra in float64 on WebAssembly.
 *
 * Loading sets the backend of TensorFlow.js for the whole page.
 *
 * @example
 * import * as tf from '@tensorflow/tfjs-core';
 * const backend = await webgpu.load({ tensors: tf });
 * const product = await tf.matMul(a, b).data(); // from the graphics card
 */
export const webgpu: BackendAdapter = { declaration: webgpuDeclaration, load };

async function load<Tensors extends TensorEngine = TensorEngine>(
  options: BackendOptions<Tensors> = {},
): Promise<ComputeBackend<Tensors>> {
  const { tensors, gradients, notes } = await startTensors({
    who: 'webgpu.load',
    backend: 'webgpu',
    tensors: options.tensors,
    register: () => import('@tensorflow/tfjs-backend-webgpu'),
    package: '@tensorflow/tfjs-backend-webgpu',
    advice:
      'It needs a browser with WebGPU and an adapter for it; the webgl and wasm-simd backends run without.',
  });
  repairAveragePooling(tensors, 'webgpu');
  repairEmpty(tensors, 'webgpu');
  await guardDevice(tensors);
  const own = options.linearAlgebra ? undefined : await loadWasmLinearAlgebra();
  return {
    id: webgpuDeclaration.id,
    declaration: webgpuDeclaration,
    tensors,
    linearAlgebra: options.linearAlgebra ?? own!,
    threads: 1,
    gradients,
    notes,
    dispose: () => own?.dispose(),
  };
}

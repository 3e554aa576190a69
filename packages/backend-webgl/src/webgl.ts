import {
  repairAveragePooling,
  repairEmpty,
  startTensors,
} from '@graft-ml/backend-wasm-simd/tensors';
import type { BackendAdapter, BackendOptions, ComputeBackend, TensorEngine } from '@graft-ml/core';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { webglDeclaration } from './declaration.js';
import { guardContext } from './internal/guard-context.js';

/** Tensors on `@tensorflow/tfjs-backend-webgl`, in browsers; linear algebra in float64 on WebAssembly.
 *
 * Loading sets the backend of TensorFlow.js for the whole page.
 *
 * @example
 * import * as tf from '@tensorflow/tfjs-core';
 * const backend = await webgl.load({ tensors: tf });
 * const product = tf.matMul(a, b); // on the graphics card
 */
export const webgl: BackendAdapter = { declaration: webglDeclaration, load };

async function load<Tensors extends TensorEngine = TensorEngine>(
  options: BackendOptions<Tensors> = {},
): Promise<ComputeBackend<Tensors>> {
  const { tensors, gradients, notes } = await startTensors({
    who: 'webgl.load',
    backend: 'webgl',
    tensors: options.tensors,
    register: () => import('@tensorflow/tfjs-backend-webgl'),
    package: '@tensorflow/tfjs-backend-webgl',
    advice: 'It needs a browser with WebGL switched on; the wasm-simd backend runs without.',
  });
  repairAveragePooling(tensors, 'webgl');
  repairEmpty(tensors, 'webgl');
  const limits = guardContext(tensors);
  const own = options.linearAlgebra ? undefined : await loadWasmLinearAlgebra();
  return {
    id: webglDeclaration.id,
    declaration: webglDeclaration,
    tensors,
    linearAlgebra: options.linearAlgebra ?? own!,
    threads: 1,
    gradients,
    notes: [...notes, ...limits],
    dispose: () => own?.dispose(),
  };
}

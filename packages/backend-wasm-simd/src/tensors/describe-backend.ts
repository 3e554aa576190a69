import {
  denseMatrix,
  isTransferError,
  type BackendAdapter,
  type BackendOptions,
  type BackendReport,
  type ComputeBackend,
  type DenseMatrix,
} from '@graft-ml/core';
import { reasonOf } from './load-engine.js';
import { asTfjs } from './tfjs.js';

export interface DescribeOptions {
  /** Rows of the square products that are timed; 0 measures nothing. Default 512. */
  readonly size?: number;
  /** Threads to load it with. Default 1. */
  readonly threads?: number;
}

/** Loads a backend, measures its products and lets go of it: what `graft doctor` prints of one engine.
 *
 * A backend that is missing or cannot run is a report as well, with the reason.
 */
export async function describeBackend(
  adapter: BackendAdapter,
  options: DescribeOptions = {},
): Promise<BackendReport> {
  const { declaration } = adapter;
  let backend: ComputeBackend;
  try {
    const load: BackendOptions & { readonly threads?: number } = { threads: options.threads ?? 1 };
    backend = await adapter.load(load);
  } catch (error) {
    if (!isTransferError(error)) throw error;
    return { declaration, present: false, reason: reasonOf(error) };
  }
  try {
    const { threads, gradients, notes } = backend;
    const linearAlgebra = backend.linearAlgebra.name;
    const gigaflops = await measure(backend, options.size ?? 512);
    return { declaration, present: true, threads, gradients, linearAlgebra, gigaflops, notes };
  } finally {
    backend.dispose();
  }
}

async function measure(
  backend: ComputeBackend,
  size: number,
): Promise<NonNullable<BackendReport['gigaflops']>> {
  if (size === 0) return {};
  const matrix = sample(size);
  const float64 = await fastest(size, () => backend.linearAlgebra.multiply(matrix, matrix));
  if (!backend.tensors) return { float64 };
  const tf = asTfjs(backend.tensors, backend.id);
  const tensor = tf.tensor2d(Float32Array.from(matrix.data), [size, size]);
  const float32 = await fastest(size, async () => {
    const product = tf.matMul(tensor, tensor);
    await product.data();
    product.dispose();
  });
  tensor.dispose();
  return { float32, float64 };
}

/** The best of three after one to warm up, in 10⁹ additions and multiplications per second. */
async function fastest(size: number, multiply: () => unknown): Promise<number> {
  await multiply();
  let least = Infinity;
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now();
    await multiply();
    least = Math.min(least, performance.now() - start);
  }
  return (2 * size ** 3) / least / 1e6;
}

function sample(size: number): DenseMatrix {
  const data = Float64Array.from({ length: size * size }, (_, p) => ((p * 7919) % 1009) / 1009);
  return denseMatrix(size, size, data);
}

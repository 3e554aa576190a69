import * as tf from '@tensorflow/tfjs-core';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

jest.mock('@tensorflow/tfjs-layers', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-layers'");
});

it('computes without derivatives where their package is not installed, and says so', async () => {
  const backend = await wasmSimd.load({ tensors: tf, linearAlgebra: referenceLinearAlgebra });
  expect(backend.gradients).toBe(false);
  expect(backend.notes.join()).toContain('install @tensorflow/tfjs-layers');
  expect(() => tf.tidy(() => tf.grad((x) => tf.square(x))(tf.scalar(3)))).toThrow('gradient');
  const results = await checkBackend(backend);
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(results.filter(({ name }) => name.startsWith('derivative'))).toEqual([]);
});

import { wasmSimd } from '@graft-ml/backend-wasm-simd';

jest.mock('@tensorflow/tfjs-core', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-core'");
});
jest.mock('@tensorflow/tfjs-backend-wasm', () => ({}));

it('names TensorFlow.js itself where it is what is missing', async () => {
  await expect(wasmSimd.load()).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: expect.stringContaining('npm install @tensorflow/tfjs-core@4.22.0') as string,
  });
});

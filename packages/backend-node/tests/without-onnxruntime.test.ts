import { TransferError } from '@graft-ml/core';
import { loadOnnxModel, node } from '../src/index.js';

jest.mock('onnxruntime-node', () => {
  throw new Error("Cannot find package 'onnxruntime-node'");
});
jest.mock('../src/internal/native-products.js', () => ({
  startNativeProducts: () => {
    throw new TransferError({
      code: 'MISSING_DEPENDENCY',
      who: 'loadNativeLinearAlgebra',
      message: 'could not load "onnxruntime-node". Run "npm install onnxruntime-node@1.30.0".',
    });
  },
}));

it('keeps products on WebAssembly, and says so', async () => {
  const backend = await node.load();
  expect(backend.linearAlgebra.name).toBe('wasm-simd');
  expect(backend.notes[0]).toContain('stay on WebAssembly');
  expect(backend.notes[0]).toContain('npm install onnxruntime-node@1.30.0');
  backend.dispose();
});

it('cannot read models, and says what to install', async () => {
  await expect(loadOnnxModel(new Uint8Array(1))).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: expect.stringContaining('npm install onnxruntime-node@1.30.0') as string,
  });
});

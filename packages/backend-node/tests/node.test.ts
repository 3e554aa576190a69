import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
import { node } from '../src/index.js';

const hidden = new Set<string>();
const hide = (name: string): void => {
  hidden.add(name);
  jest.doMock(name, () => {
    throw new Error(`Cannot find package '${name}'`);
  });
};

afterEach(() => {
  for (const name of hidden) jest.dontMock(name);
  hidden.clear();
  jest.resetModules();
});

describe('the node backend', () => {
  it('chooses ONNX Runtime for products, says what tensors run on, and keeps its promises', async () => {
    const backend = await node.load();
    try {
      expect(backend.linearAlgebra.name).toBe('onnxruntime over wasm-simd');
      expect(backend.notes[0]).toBe('Large products in float64 run in ONNX Runtime.');
      expect(backend.notes[1]).toMatch(/Tensors run (in TensorFlow|on WebAssembly)/);
      const results = await checkBackend(backend);
      expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect(results.length).toBeGreaterThan(85);
    } finally {
      backend.dispose();
    }
  });

  it('goes on with linear algebra alone where there is no tensor engine, and says so', async () => {
    hide('@tensorflow/tfjs-backend-wasm');
    const backend = await node.load();
    try {
      expect(backend.tensors).toBeUndefined();
      expect(backend.gradients).toBe(false);
      expect(backend.notes.join()).toContain('npm install @tensorflow/tfjs-backend-wasm@4.22.0');
    } finally {
      backend.dispose();
    }
  });
});

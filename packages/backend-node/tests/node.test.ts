import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { node } from '../src/index.js';

const hidden = new Set<string>();
const hide = (name: string): void => {
  hidden.add(name);
  jest.doMock(name, () => {
    throw new Error(`Cannot find package '${name}'`);
  });
};

/** The addon cannot be had everywhere: here TensorFlow is the reference backend under its name. */
function registerTensorFlow(): typeof tf {
  tf.registerBackend('tensorflow', () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  return tf;
}

function removeTensorFlow(): void {
  for (const { kernelName } of tf.getKernelsForBackend('tensorflow'))
    tf.unregisterKernel(kernelName, 'tensorflow');
  tf.removeBackend('tensorflow');
}

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

  it('takes TensorFlow for tensors where it is installed', async () => {
    jest.doMock('@tensorflow/tfjs-node', registerTensorFlow, { virtual: true });
    const backend = await node.load({ tensors: tf });
    try {
      expect(tf.getBackend()).toBe('tensorflow');
      expect(backend.notes).toContain('Tensors run in TensorFlow.');
      expect(backend.declaration.missingOperations).toContain('SearchSorted');
      expect(backend.tensors).toBe(tf);
      expect(backend.gradients).toBe(true);
    } finally {
      backend.dispose();
      jest.dontMock('@tensorflow/tfjs-node');
      removeTensorFlow();
    }
  });

  it('takes the TensorFlow that is handed in, wherever it is installed', async () => {
    hide('@tensorflow/tfjs-backend-wasm');
    registerTensorFlow();
    const backend = await node.load({ tensors: tf });
    try {
      expect(tf.getBackend()).toBe('tensorflow');
      expect(backend.notes).toContain('Tensors run in TensorFlow.');
    } finally {
      backend.dispose();
      removeTensorFlow();
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

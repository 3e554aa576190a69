import type { BackendDeclaration } from '@graft-ml/core';
import { withoutGradient } from './tensors/missing.js';

/** What the WebAssembly backend can do once it is loaded. */
export const wasmSimdDeclaration: BackendDeclaration = {
  id: 'wasm-simd',
  summary:
    'Float32 tensors and float64 linear algebra in WebAssembly: trains everywhere, without a GPU.',
  runsIn: ['node', 'browser'],
  engines: ['@tensorflow/tfjs-backend-wasm'],
  tensorTypes: ['float32'],
  threads: 'in Node, and in pages that are cross-origin isolated (headers COOP and COEP)',
  memoryLimit: 2 ** 32,
  missingOperations: [
    'Complex',
    'ComplexAbs',
    'Draw',
    'FFT',
    'IFFT',
    'Imag',
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'Real',
    'StaticRegexReplace',
  ],
  missingGradients: withoutGradient,
  precision: 1e-5,
  keeps: { nan: true, infinity: true, invalid: true },
  notes: [
    'Adds what the engine lacks: einsum, sums of segments, and the derivatives of convolutions, depthwise convolutions and gather.',
    'Replaces the derivatives of conv3d, which the engine computes wrongly, and of average pooling at padded edges.',
    'Sums over nothing are zero, not what lay in the memory before.',
    'Transposes before it multiplies: 10 to 15 times faster than the engine in the derivative of a dense layer of 512 units.',
    'Tiles by copying: a hundred times faster than the engine in the derivative of batch normalisation; that of maxPool is twice as fast.',
    'Takes off the handlers for uncaught errors that the engine installs for the whole process.',
  ],
};

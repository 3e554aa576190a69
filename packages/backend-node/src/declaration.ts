import { wasmSimdDeclaration } from '@graft-ml/backend-wasm-simd';
import { withoutGradient } from '@graft-ml/backend-wasm-simd/tensors';
import type { BackendDeclaration } from '@graft-ml/core';

/** Kernels that @tensorflow/tfjs-node 4.22 lacks. */
export const missingInTensorFlow: readonly string[] = [
  'BitwiseAnd',
  'DenseBincount',
  'Draw',
  'MaxPoolWithArgmax',
  'RaggedGather',
  'RaggedRange',
  'RaggedTensorToTensor',
  'RotateWithOffset',
  'SearchSorted',
  'SparseFillEmptyRows',
  'SparseReshape',
  'SparseSegmentMean',
  'SparseSegmentSum',
  'StringNGrams',
  'StringSplit',
  'StringToHashBucketFast',
  'Transform',
];

/** What the Node backend can do once it is loaded, with the best of its engines. */
export const nodeDeclaration: BackendDeclaration = {
  id: 'node',
  summary:
    'Native speed in Node.js: large float64 products, ONNX models, and TensorFlow where it is installed.',
  runsIn: ['node'],
  engines: ['onnxruntime-node', '@tensorflow/tfjs-node', '@tensorflow/tfjs-backend-wasm'],
  tensorTypes: ['float32'],
  threads: 'native ones, as many as asked for',
  missingOperations: wasmSimdDeclaration.missingOperations,
  missingGradients: withoutGradient,
  precision: 1e-5,
  keeps: { nan: true, infinity: true, invalid: true },
  notes: [
    'Dense products in float64 from 2²² multiplications on run in ONNX Runtime, and with them crossProduct and the linear kernel.',
    'Tensors run in @tensorflow/tfjs-node where it is installed, and on WebAssembly otherwise.',
    'What is missing is said of WebAssembly; @tensorflow/tfjs-node has complex numbers and Fourier transforms, and lacks rare operations on strings, ragged and sparse tensors.',
    'Says what it chose and what it lacks when it is loaded.',
  ],
};

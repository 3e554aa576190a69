import { withoutGradient } from '@graft-ml/backend-wasm-simd/tensors';
import type { BackendDeclaration } from '@graft-ml/core';

/** What the WebGPU backend can do once it is loaded. */
export const webgpuDeclaration: BackendDeclaration = {
  id: 'webgpu',
  summary: 'Float32 tensors on the graphics card, in browsers that know WebGPU.',
  runsIn: ['browser'],
  engines: ['@tensorflow/tfjs-backend-webgpu'],
  tensorTypes: ['float32'],
  missingOperations: [
    'BitwiseAnd',
    'NonMaxSuppressionV4',
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'StaticRegexReplace',
    'StringSplit',
    'StringToHashBucketFast',
    'Unique',
  ],
  missingGradients: withoutGradient,
  precision: 5e-4,
  keeps: { nan: true, infinity: true, invalid: true },
  notes: [
    'Sine and cosine are right to three digits, other functions to six.',
    'Corrects the derivative of average pooling at padded edges, and products and sums over nothing.',
    'Decompositions and everything in float64 stay on WebAssembly.',
    'Results are read with `await tensor.data()`; `dataSync()` is slow here.',
    'A lost device is an error of the next operation and of results that are waited for; tensors on it are gone.',
  ],
};

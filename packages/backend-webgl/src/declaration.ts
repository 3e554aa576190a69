import { withoutGradient } from '@graft-ml/backend-wasm-simd/tensors';
import type { BackendDeclaration } from '@graft-ml/core';

/** What the WebGL backend can do once it is loaded. */
export const webglDeclaration: BackendDeclaration = {
  id: 'webgl',
  summary: 'Float32 tensors on the graphics card of nearly every browser.',
  runsIn: ['browser'],
  engines: ['@tensorflow/tfjs-backend-webgl'],
  tensorTypes: ['float32'],
  missingOperations: ['Dilation2DBackpropFilter', 'Dilation2DBackpropInput', 'Draw'],
  missingGradients: withoutGradient,
  precision: 5e-4,
  keeps: { nan: true, infinity: true, invalid: false },
  notes: [
    '0 / 0 is 1, not NaN.',
    'Sine and cosine are right to three digits, other functions to six.',
    'Corrects the derivative of average pooling at padded edges, and products and sums over nothing.',
    'Decompositions and everything in float64 stay on WebAssembly.',
    'Phones may compute in float16; the backend says so when it is loaded.',
    'A lost context is an error of the next operation and of results that are waited for; tensors in it are gone.',
  ],
};

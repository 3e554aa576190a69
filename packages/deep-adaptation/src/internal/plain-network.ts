import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { type Activation, type Layer, sizeOf } from '../network-design.js';
import { averaged, filteredByChannel, padded, pooled, windowsOf } from './plain-images.js';
import { activationOf, type WeightArray, weightShapes } from './weights.js';

/** Outputs [n, outputs] of rows [n, inputs] in float64, without a tensor engine: what fitted models predict with. */
export function applyNetwork(
  linearAlgebra: LinearAlgebra,
  layers: readonly Layer[],
  weights: readonly WeightArray[],
  x: DenseMatrix,
): DenseMatrix {
  const outputs: DenseMatrix[] = [];
  let signal = x;
  let next = 0;
  for (const layer of layers) {
    const count = weightShapes(layer).length;
    const [kernel, bias] = weights.slice(next, next + count);
    next += count;
    signal = applyLayer(linearAlgebra, layer, signal, outputs, kernel, bias);
    outputs.push(signal);
  }
  return signal;
}

function applyLayer(
  linearAlgebra: LinearAlgebra,
  { design, input, output }: Layer,
  signal: DenseMatrix,
  earlier: readonly DenseMatrix[],
  kernel: WeightArray | undefined,
  bias: WeightArray | undefined,
): DenseMatrix {
  switch (design.type) {
    case 'image':
    case 'dropout':
      return signal;
    case 'dense':
    case 'convolution': {
      const windows = design.type === 'dense' ? signal : windowsOf(signal, input, output, design);
      const outputs = bias!.data.length;
      const table = denseMatrix(kernel!.data.length / outputs, outputs, kernel!.data);
      const { data } = linearAlgebra.multiply(windows, table);
      activate(data, activationOf(design), bias!.data);
      return denseMatrix(signal.rows, sizeOf(output), data);
    }
    case 'depthwise-convolution': {
      const filtered = filteredByChannel(signal, input, output, design, kernel!.data);
      activate(filtered.data, activationOf(design), bias!.data);
      return filtered;
    }
    case 'max-pooling':
      return pooled(signal, input, output, design.size);
    case 'global-average-pooling':
      return averaged(signal, input);
    case 'zero-padding':
      return padded(signal, input, output, design);
    case 'activation': {
      const data = signal.data.slice();
      activate(data, design.activation, new Float64Array(1));
      return denseMatrix(signal.rows, signal.columns, data);
    }
    case 'sum': {
      const other = earlier[design.with]!.data;
      const data = signal.data.map((value, p) => value + other[p]!);
      return denseMatrix(signal.rows, signal.columns, data);
    }
  }
}

/** Adds the bias to each group of outputs and applies the activation, in place. */
function activate(data: Float64Array, activation: Activation, bias: Float64Array): void {
  for (let p = 0, j = 0; p < data.length; p++) {
    const value = data[p]! + bias[j]!;
    data[p] =
      activation === 'linear'
        ? value
        : activation === 'tanh'
          ? Math.tanh(value)
          : activation === 'relu6'
            ? Math.min(6, Math.max(0, value))
            : Math.max(0, value);
    if (++j === bias.length) j = 0;
  }
}

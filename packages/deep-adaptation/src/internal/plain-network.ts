import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { type Layer, type LayerShape, sizeOf } from '../network-design.js';
import { activationOf, type WeightArray } from './weights.js';

/** Outputs [n, outputs] of rows [n, inputs] in float64, without a tensor engine: what fitted models predict with. */
export function applyNetwork(
  linearAlgebra: LinearAlgebra,
  layers: readonly Layer[],
  weights: readonly WeightArray[],
  x: DenseMatrix,
): DenseMatrix {
  let signal = x;
  let next = 0;
  for (const { design, input, output } of layers) {
    if (design.type === 'max-pooling') {
      signal = pooled(signal, input, output, design.size);
    } else if (design.type === 'dense' || design.type === 'convolution') {
      const kernel = weights[next]!;
      const outputs = kernel.shape[kernel.shape.length - 1]!;
      const windows =
        design.type === 'dense'
          ? signal
          : windowsOf(signal, input, output, {
              size: design.size,
              stride: design.stride ?? 1,
              padded: (design.padding ?? 'same') === 'same',
            });
      const table = denseMatrix(kernel.data.length / outputs, outputs, kernel.data);
      const { data } = linearAlgebra.multiply(windows, table);
      activate(data, weights[next + 1]!.data, activationOf(design));
      signal = denseMatrix(x.rows, sizeOf(output), data);
      next += 2;
    }
  }
  return signal;
}

/** Adds the bias to each group of outputs and applies the activation, in place. */
function activate(
  data: Float64Array,
  bias: Float64Array,
  activation: 'relu' | 'tanh' | 'linear',
): void {
  for (let p = 0, j = 0; p < data.length; p++) {
    const value = data[p]! + bias[j]!;
    data[p] =
      activation === 'linear'
        ? value
        : activation === 'relu'
          ? Math.max(0, value)
          : Math.tanh(value);
    if (++j === bias.length) j = 0;
  }
}

/** Every window of every image as a row [n·height·width of the output, size·size·channels]; padding is 0. */
function windowsOf(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  {
    size,
    stride,
    padded,
  }: { readonly size: number; readonly stride: number; readonly padded: boolean },
): DenseMatrix {
  const { height, width, channels } = input;
  // As much padding as the last window needs, the smaller half before.
  const before = (length: number, windows: number): number =>
    padded ? Math.floor(Math.max(0, (windows - 1) * stride + size - length) / 2) : 0;
  const top = before(height, output.height);
  const left = before(width, output.width);
  const columns = size * size * channels;
  const windows = new Float64Array(rows * output.height * output.width * columns);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const image = i * height * width * channels;
    for (let r = 0; r < output.height; r++) {
      for (let c = 0; c < output.width; c++, at += columns) {
        for (let a = 0; a < size; a++) {
          const y = r * stride + a - top;
          if (y < 0 || y >= height) continue;
          for (let b = 0; b < size; b++) {
            const z = c * stride + b - left;
            if (z < 0 || z >= width) continue;
            const from = image + (y * width + z) * channels;
            const to = at + (a * size + b) * channels;
            for (let k = 0; k < channels; k++) windows[to + k] = data[from + k]!;
          }
        }
      }
    }
  }
  return denseMatrix(rows * output.height * output.width, columns, windows);
}

/** The largest value of each window and channel. */
function pooled(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  size: number,
): DenseMatrix {
  const { height, width, channels } = input;
  const columns = sizeOf(output);
  const largest = new Float64Array(rows * columns).fill(-Infinity);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let r = 0; r < output.height; r++) {
      for (let c = 0; c < output.width; c++, at += channels) {
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < size; b++) {
            const from = ((i * height + r * size + a) * width + c * size + b) * channels;
            for (let k = 0; k < channels; k++)
              largest[at + k] = Math.max(largest[at + k]!, data[from + k]!);
          }
        }
      }
    }
  }
  return denseMatrix(rows, columns, largest);
}

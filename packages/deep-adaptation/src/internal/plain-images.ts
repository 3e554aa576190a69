import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { type LayerShape, sizeOf } from '../network-design.js';

/** How windows lie in an image. */
export interface Windows {
  readonly size: number;
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
}

/** Padding before the first pixel: as much as the last window needs in all, the smaller half before. */
function paddingBefore(
  { size, stride = 1, padding = 'same' }: Windows,
  length: number,
  count: number,
): number {
  return padding === 'same' ? Math.floor(Math.max(0, (count - 1) * stride + size - length) / 2) : 0;
}

/** Every window of every image as a row [n·height·width of the output, size·size·channels]; padding is 0. */
export function windowsOf(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  windows: Windows,
): DenseMatrix {
  const { height, width, channels } = input;
  const { size, stride = 1 } = windows;
  const top = paddingBefore(windows, height, output.height);
  const left = paddingBefore(windows, width, output.width);
  const columns = size * size * channels;
  const values = new Float64Array(rows * output.height * output.width * columns);
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
            for (let k = 0; k < channels; k++) values[to + k] = data[from + k]!;
          }
        }
      }
    }
  }
  return denseMatrix(rows * output.height * output.width, columns, values);
}

/** The largest value of each window and channel. */
export function pooled(
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

/** Σ_a,b x[y + a, z + b, c]·w[a, b, c] for every window and channel; padding is 0. */
export function filteredByChannel(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  windows: Windows,
  kernel: Float64Array,
): DenseMatrix {
  const { height, width, channels } = input;
  const { size, stride = 1 } = windows;
  const top = paddingBefore(windows, height, output.height);
  const left = paddingBefore(windows, width, output.width);
  const columns = sizeOf(output);
  const sums = new Float64Array(rows * columns);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const image = i * height * width * channels;
    for (let r = 0; r < output.height; r++) {
      for (let c = 0; c < output.width; c++, at += channels) {
        for (let a = 0; a < size; a++) {
          const y = r * stride + a - top;
          if (y < 0 || y >= height) continue;
          for (let b = 0; b < size; b++) {
            const z = c * stride + b - left;
            if (z < 0 || z >= width) continue;
            const from = image + (y * width + z) * channels;
            const filter = (a * size + b) * channels;
            for (let k = 0; k < channels; k++)
              sums[at + k]! += data[from + k]! * kernel[filter + k]!;
          }
        }
      }
    }
  }
  return denseMatrix(rows, columns, sums);
}

/** The mean of each channel over the image. */
export function averaged({ rows, data }: DenseMatrix, input: LayerShape): DenseMatrix {
  const { channels } = input;
  const pixels = input.height * input.width;
  const means = new Float64Array(rows * channels);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let q = 0; q < pixels; q++) {
      for (let k = 0; k < channels; k++, p++) means[i * channels + k]! += data[p]! / pixels;
    }
  }
  return denseMatrix(rows, channels, means);
}

/** The image with zeros around it. */
export function padded(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  { top, left }: { readonly top: number; readonly left: number },
): DenseMatrix {
  const line = input.width * input.channels;
  const values = new Float64Array(rows * sizeOf(output));
  for (let i = 0; i < rows; i++) {
    for (let y = 0; y < input.height; y++) {
      const from = (i * input.height + y) * line;
      const to = ((i * output.height + y + top) * output.width + left) * output.channels;
      values.set(data.subarray(from, from + line), to);
    }
  }
  return denseMatrix(rows, sizeOf(output), values);
}

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

/** Calls `visit` for every pixel of every window: where its channels begin in the data, which window it is, counted over all
 * images, and which pixel of the window. Pixels in the padding are left out.
 */
function eachPixel(
  rows: number,
  { height, width, channels }: LayerShape,
  output: LayerShape,
  windows: Windows,
  visit: (from: number, window: number, pixel: number) => void,
): void {
  const { size, stride = 1 } = windows;
  const top = paddingBefore(windows, height, output.height);
  const left = paddingBefore(windows, width, output.width);
  let window = 0;
  for (let i = 0; i < rows; i++) {
    for (let r = 0; r < output.height; r++) {
      for (let c = 0; c < output.width; c++, window++) {
        for (let a = 0; a < size; a++) {
          const y = r * stride + a - top;
          if (y < 0 || y >= height) continue;
          for (let b = 0; b < size; b++) {
            const z = c * stride + b - left;
            if (z < 0 || z >= width) continue;
            visit(((i * height + y) * width + z) * channels, window, a * size + b);
          }
        }
      }
    }
  }
}

/** Every window of every image as a row [n·height·width of the output, size·size·channels]; padding is 0. */
export function windowsOf(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  windows: Windows,
): DenseMatrix {
  const { channels } = input;
  const columns = windows.size * windows.size * channels;
  const count = rows * output.height * output.width;
  const values = new Float64Array(count * columns);
  eachPixel(rows, input, output, windows, (from, window, pixel) => {
    const to = window * columns + pixel * channels;
    for (let k = 0; k < channels; k++) values[to + k] = data[from + k]!;
  });
  return denseMatrix(count, columns, values);
}

/** The largest value of each window and channel. */
export function pooled(
  { rows, data }: DenseMatrix,
  input: LayerShape,
  output: LayerShape,
  size: number,
): DenseMatrix {
  const { channels } = input;
  const columns = sizeOf(output);
  const largest = new Float64Array(rows * columns).fill(-Infinity);
  const windows = { size, stride: size, padding: 'valid' } as const;
  eachPixel(rows, input, output, windows, (from, window) => {
    const at = window * channels;
    for (let k = 0; k < channels; k++)
      largest[at + k] = Math.max(largest[at + k]!, data[from + k]!);
  });
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
  const { channels } = input;
  const columns = sizeOf(output);
  const sums = new Float64Array(rows * columns);
  eachPixel(rows, input, output, windows, (from, window, pixel) => {
    const at = window * channels;
    const filter = pixel * channels;
    for (let k = 0; k < channels; k++) sums[at + k]! += data[from + k]! * kernel[filter + k]!;
  });
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

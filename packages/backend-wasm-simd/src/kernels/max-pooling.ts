import type { TensorInfo } from '@tensorflow/tfjs-core';
import { floats, replaceWasmKernel, type KernelCall } from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

/** The derivative of maxPool in one pass over the windows, more than twice as fast as the engine's own. */
export function repairMaxPooling(tf: Tfjs): void {
  replaceWasmKernel(tf, 'MaxPoolGrad', gradient);
}

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** A slope goes to the largest number of its window, the first one where several are. */
function gradient({ inputs, attributes, backend, tf }: KernelCall): TensorInfo {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attributes as object as Attributes;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(
    shape,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const output = backend.makeOutput(shape, 'float32');
  const [x, slopes, out] = [input, dy, output].map((tensor) => floats(backend, tensor)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  out.fill(0);
  const [batch, height, width, channels] = shape;
  let slope = 0;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < info.outHeight; i++) {
      const top = i * info.strideHeight - info.padInfo.top;
      const [firstRow, endRow] = [Math.max(top, 0), Math.min(top + info.filterHeight, height)];
      for (let j = 0; j < info.outWidth; j++) {
        const left = j * info.strideWidth - info.padInfo.left;
        const [first, end] = [Math.max(left, 0), Math.min(left + info.filterWidth, width)];
        for (let channel = 0; channel < channels; channel++, slope++) {
          let largest = -Infinity;
          let position = -1;
          for (let row = firstRow; row < endRow; row++) {
            let p = ((image * height + row) * width + first) * channels + channel;
            for (let column = first; column < end; column++, p += channels) {
              if (x[p]! > largest) {
                largest = x[p]!;
                position = p;
              }
            }
          }
          if (position >= 0) out[position]! += slopes[slope]!;
        }
      }
    }
  }
  return output;
}

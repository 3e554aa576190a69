import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel, type KernelCall } from '../internal/kernels.js';
import { asTfjs, type Tfjs } from './tfjs.js';
import type { TensorEngine } from '@graft-ml/core';

type Shape4 = [number, number, number, number];

/** Corrects the derivative of average pooling at padded edges, on any backend of TensorFlow.js.
 *
 * An average at the edge is over the values that are there; its derivative in TensorFlow.js divides by the full window all the
 * same. Scaling the incoming slopes by (full window) / (values there) before undoes that.
 */
export function repairAveragePooling(tensors: TensorEngine, backendName: string): void {
  const tf = asTfjs(tensors, backendName);
  replaceKernel(tf, backendName, 'AvgPoolGrad', gradient);
}

function gradient({
  inputs,
  attributes,
  run,
  original,
  tf,
}: KernelCall<KernelBackend>): TensorInfo {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const scale = edgeScale(tf, input.shape as Shape4, attributes as object as Attributes);
  if (!scale) return original('AvgPoolGrad', inputs, attributes);
  const factors = tf.tensor4d(scale.values, scale.shape);
  const scaled = run('Multiply', { a: dy, b: factors });
  factors.dispose();
  return original('AvgPoolGrad', { ...inputs, dy: scaled }, attributes);
}

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
}

/** One factor for each position of the output; nothing where all are 1. */
function edgeScale(
  tf: Tfjs,
  inputShape: Shape4,
  { filterSize, strides, pad }: Attributes,
): { readonly values: Float32Array; readonly shape: Shape4 } | undefined {
  const info = tf.backend_util.computePool2DInfo(inputShape, filterSize, strides, 1, pad);
  const { outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const inside = (start: number, length: number, size: number): number =>
    Math.min(start + length, size) - Math.max(start, 0);
  const values = new Float32Array(outHeight * outWidth);
  for (let i = 0; i < outHeight; i++) {
    const rows = inside(i * info.strideHeight - padInfo.top, filterHeight, info.inHeight);
    for (let j = 0; j < outWidth; j++) {
      const columns = inside(j * info.strideWidth - padInfo.left, filterWidth, info.inWidth);
      values[i * outWidth + j] = (filterHeight * filterWidth) / (rows * columns);
    }
  }
  if (values.every((value) => value === 1)) return undefined;
  return { values, shape: [1, outHeight, outWidth, 1] };
}

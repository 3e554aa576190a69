import type { TensorInfo } from '@tensorflow/tfjs-core';
import { replaceWasmKernel, type KernelCall } from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

/** Sums of rows by the segment they belong to, which is also the derivative of gather. */
export function addSegmentSum(tf: Tfjs): void {
  replaceWasmKernel(tf, 'UnsortedSegmentSum', segmentSum);
}

/** Rows with a negative or too large segment belong to none. */
function segmentSum({ inputs, attributes, backend, run }: KernelCall): TensorInfo {
  const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
  const { numSegments } = attributes as { numSegments: number };
  const inner = x.shape.slice(segmentIds.shape.length);
  const width = inner.reduce((product, size) => product * size, 1);
  const rows = segmentIds.shape.reduce((product, size) => product * size, 1);
  const indices =
    segmentIds.dtype === 'int32' ? segmentIds : run('Cast', { x: segmentIds }, { dtype: 'int32' });
  const output = backend.makeOutput([numSegments, ...inner], x.dtype);
  const values = backend.typedArrayFromHeap(x);
  const segments = backend.typedArrayFromHeap(indices);
  const out = backend.typedArrayFromHeap(output);
  out.fill(0);
  for (let row = 0; row < rows; row++) {
    const segment = segments[row]!;
    if (segment < 0 || segment >= numSegments) continue;
    const from = row * width;
    const to = segment * width;
    for (let column = 0; column < width; column++) out[to + column]! += values[from + column]!;
  }
  return output;
}

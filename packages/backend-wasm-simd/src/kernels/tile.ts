import type { TensorInfo } from '@tensorflow/tfjs-core';
import { replaceWasmKernel, type KernelCall } from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

/** Repeats a tensor by copying stretches of memory: the engine computes the position of every number, which in the derivative of
 * a batch normalisation takes longer than the convolutions beside it. */
export function repairTile(tf: Tfjs): void {
  replaceWasmKernel(tf, 'Tile', tile);
}

function tile({ inputs, attributes, backend }: KernelCall): TensorInfo {
  const { x } = inputs as { x: TensorInfo };
  const { reps } = attributes as { reps: readonly number[] };
  const output = backend.makeOutput(
    x.shape.map((size, axis) => size * reps[axis]!),
    x.dtype,
  );
  const out = backend.typedArrayFromHeap(output);
  if (out.length === 0) return output;
  out.set(backend.typedArrayFromHeap(x));
  // From the last axis to the first. `length` numbers in a row are repeated as one.
  let length = 1;
  let blocks = x.shape.reduce((product, size) => product * size, 1);
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    length *= x.shape[axis]!;
    blocks /= x.shape[axis]!;
    const times = reps[axis]!;
    // Blocks move apart, so the last one goes first.
    for (let block = times > 1 ? blocks - 1 : -1; block >= 0; block--)
      repeat(out, block * length, block * length * times, length, times);
    length *= times;
  }
  return output;
}

/** Puts `times` copies of what begins at `from` one after another at `to`, each round as many as there are already. */
function repeat(
  out: { copyWithin(target: number, start: number, end: number): unknown },
  from: number,
  to: number,
  length: number,
  times: number,
): void {
  out.copyWithin(to, from, from + length);
  for (let done = 1; done < times; done *= 2) {
    const more = Math.min(done, times - done);
    out.copyWithin(to + done * length, to, to + more * length);
  }
}

import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tensors/tfjs.js';

/** One promise a backend keeps. It throws where the promise is broken. */
export interface BackendCheck {
  readonly name: string;
  /** Kernels without which it cannot be kept: a backend that declares one of them missing has to throw. */
  readonly kernels: readonly string[];
  /** The kernel whose derivative is taken, if one is. */
  readonly differentiates?: string;
  run(subject: CheckSubject): Promise<void>;
}

export interface CheckSubject {
  readonly tf: Tfjs;
  /** Largest relative error the backend declares. */
  readonly precision: number;
}

/** Numbers without a pattern, the same everywhere: −1 … 1. */
export function sample(length: number, seed = 1): number[] {
  return Array.from({ length }, (_, k) => Math.sin(12.9898 * (k + 1) + 78.233 * seed));
}

/** How many numbers a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Reads a tensor, lets go of it and compares: absolute where numbers are below 1 and relative above. Non-finite numbers must
 * be the same. */
export async function expectClose(
  actual: Tensor,
  expected: ArrayLike<number>,
  tolerance: number,
): Promise<void> {
  const values = await actual.data();
  actual.dispose();
  if (values.length !== expected.length)
    throw new Error(`has ${values.length} values instead of ${expected.length}`);
  for (let k = 0; k < expected.length; k++) {
    const value = Number(values[k]);
    const wanted = expected[k]!;
    if (Object.is(value, wanted) || value === wanted) continue;
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    if (!(error <= tolerance)) throw new Error(`value ${k} is ${value} instead of ${wanted}`);
  }
}

/** Compares shapes. */
export function expectShape(actual: Tensor, expected: readonly number[]): void {
  if (actual.shape.join() !== expected.join())
    throw new Error(`has shape [${actual.shape.join()}] instead of [${expected.join()}]`);
}

import type { TensorEngine } from '@graft-ml/core';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel, type KernelCall } from '../internal/kernels.js';
import { asTfjs } from './tfjs.js';

type Call = KernelCall<KernelBackend>;

/** Makes products and sums over nothing zero, on any backend of TensorFlow.js; as shipped they fail or return what lay in the
 * memory before. */
export function repairEmpty(tensors: TensorEngine, backendName: string): void {
  const tf = asTfjs(tensors, backendName);
  replaceKernel(tf, backendName, 'Sum', sum);
  replaceKernel(tf, backendName, 'BatchMatMul', product);
}

function sum({ inputs, attributes, run, original }: Call): TensorInfo {
  const { x } = inputs as { x: TensorInfo };
  if (!x.shape.includes(0)) return original('Sum', inputs, attributes);
  const { axis, keepDims } = attributes as { axis: number | number[]; keepDims: boolean };
  const gone = new Set([axis].flat().map((k) => (k < 0 ? k + x.shape.length : k)));
  const shape = keepDims
    ? x.shape.map((size, k) => (gone.has(k) ? 1 : size))
    : x.shape.filter((_, k) => !gone.has(k));
  return run('Fill', {}, { shape, value: 0, dtype: x.dtype });
}

function product({ inputs, attributes, run, original }: Call): TensorInfo {
  const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
  const shape = emptyProductShape(a.shape, b.shape, transposeA, transposeB);
  if (!shape) return original('BatchMatMul', inputs, attributes);
  return run('Fill', {}, { shape, value: 0, dtype: a.dtype });
}

/** The shape of a product without terms or without values; nothing where there are some. */
export function emptyProductShape(
  a: readonly number[],
  b: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): number[] | undefined {
  if (!a.includes(0) && !b.includes(0)) return undefined;
  const [rows, columns] = [a.at(transposeA ? -1 : -2)!, b.at(transposeB ? -2 : -1)!];
  return [...(a.length > b.length ? a : b).slice(0, -2), rows, columns];
}

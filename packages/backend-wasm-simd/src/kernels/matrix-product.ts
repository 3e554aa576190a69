import type { TensorInfo } from '@tensorflow/tfjs-core';
import { replaceWasmKernel, transposeLast, type KernelCall } from '../internal/kernels.js';
import { emptyProductShape } from '../tensors/empty.js';
import type { Tfjs } from '../tensors/tfjs.js';

/** Transposes before it multiplies.
 *
 * The engine multiplies op(a)·op(b) with its fast kernel only where neither is transposed, and element by element otherwise.
 * Integer tensors, which it refuses, are multiplied as floats: exact up to 2²⁴. A sum over nothing is zero and not what lay in
 * the memory before.
 */
export function repairMatrixProducts(tf: Tfjs): void {
  replaceWasmKernel(tf, 'BatchMatMul', (call) => product(call, 'BatchMatMul'));
  replaceWasmKernel(tf, '_FusedMatMul', (call) => product(call, '_FusedMatMul'));
}

function product({ inputs, attributes, run, original }: KernelCall, name: string): TensorInfo {
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
  const asFloat = (x: TensorInfo): TensorInfo =>
    x.dtype === 'float32' ? x : run('Cast', { x }, { dtype: 'float32' });
  const integer = inputs.a!.dtype === 'int32' && inputs.b!.dtype === 'int32';
  const first = asFloat(inputs.a!);
  const second = asFloat(inputs.b!);
  const shape = emptyProductShape(first.shape, second.shape, transposeA, transposeB);
  if (shape) return run('Fill', {}, { shape, value: 0, dtype: 'float32' });
  const a = transposeA ? transposeLast(run, first) : first;
  const b = transposeB ? transposeLast(run, second) : second;
  const plain = { ...attributes, transposeA: false, transposeB: false };
  const result = original(name, { ...inputs, a, b }, plain);
  return integer ? run('Cast', { x: result }, { dtype: 'int32' }) : result;
}

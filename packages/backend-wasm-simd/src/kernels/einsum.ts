import { TransferError } from '@graft-ml/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  replaceWasmKernel,
  reshape,
  type KernelCall,
  type RunKernel,
} from '../internal/kernels.js';
import type { Tfjs } from '../tensors/tfjs.js';

/** Sums of products by index names, `ij,jk->ik`: two operands at a time, as products of stacks of matrices. */
export function addEinsum(tf: Tfjs): void {
  replaceWasmKernel(tf, 'Einsum', einsum);
}

interface Operand {
  /** One letter for every axis. */
  readonly axes: string;
  readonly tensor: TensorInfo;
}

function einsum({ inputs, attributes, run }: KernelCall): TensorInfo {
  const { equation } = attributes as { equation: string };
  const [left = '', result = ''] = equation.replaceAll(' ', '').split('->');
  const names = left.split(',');
  for (const axes of [...names, result]) {
    if (new Set(axes).size === axes.length) continue;
    throw new TransferError({
      code: 'UNSUPPORTED',
      who: 'einsum',
      message: `"${equation}" repeats an index within "${axes}", and diagonals are not taken here. Take them before, for example by gathering them.`,
      details: { capability: 'einsum', equation },
    });
  }
  const operands = Object.values(inputs).map((tensor, k) => ({ axes: names[k]!, tensor: tensor }));
  let [joined, ...rest] = operands as [Operand, ...Operand[]];
  while (rest.length > 0) {
    const [next, ...later] = rest as [Operand, ...Operand[]];
    const kept = new Set(result + later.map(({ axes }) => axes).join(''));
    joined = contract(run, joined, next, kept);
    rest = later;
  }
  const summed = sumOut(run, joined, new Set(result));
  const perm = Array.from(result, (axis) => summed.axes.indexOf(axis));
  return run('Transpose', { x: summed.tensor }, { perm });
}

/** Multiplies two operands; of the axes that both have, those not in `kept` are summed over. */
function contract(run: RunKernel, first: Operand, second: Operand, kept: Set<string>): Operand {
  const a = sumOut(run, first, new Set([...kept, ...second.axes]));
  const b = sumOut(run, second, new Set([...kept, ...first.axes]));
  const shared = Array.from(a.axes).filter((axis) => b.axes.includes(axis));
  const batch = shared.filter((axis) => kept.has(axis)).join('');
  const inner = shared.filter((axis) => !kept.has(axis)).join('');
  const rows = Array.from(a.axes)
    .filter((axis) => !shared.includes(axis))
    .join('');
  const columns = Array.from(b.axes)
    .filter((axis) => !shared.includes(axis))
    .join('');
  const sizes = sizesOf(a, b);
  const sizeOf = (axes: string): number =>
    Array.from(axes).reduce((product, axis) => product * sizes.get(axis)!, 1);
  const stack = (operand: Operand, axes: string, shape: number[]): TensorInfo => {
    const perm = Array.from(axes, (axis) => operand.axes.indexOf(axis));
    return reshape(run, run('Transpose', { x: operand.tensor }, { perm }), shape);
  };
  const product = run(
    'BatchMatMul',
    {
      a: stack(a, batch + rows + inner, [sizeOf(batch), sizeOf(rows), sizeOf(inner)]),
      b: stack(b, batch + inner + columns, [sizeOf(batch), sizeOf(inner), sizeOf(columns)]),
    },
    { transposeA: false, transposeB: false },
  );
  const axes = batch + rows + columns;
  const shape = Array.from(axes, (axis) => sizes.get(axis)!);
  return { axes, tensor: reshape(run, product, shape) };
}

function sumOut(run: RunKernel, { axes, tensor }: Operand, kept: Set<string>): Operand {
  const gone = Array.from(axes).flatMap((axis, k) => (kept.has(axis) ? [] : [k]));
  if (gone.length === 0) return { axes, tensor };
  const left = Array.from(axes).filter((axis) => kept.has(axis));
  return {
    axes: left.join(''),
    tensor: run('Sum', { x: tensor }, { axis: gone, keepDims: false }),
  };
}

function sizesOf(...operands: readonly Operand[]): Map<string, number> {
  return new Map(
    operands.flatMap(({ axes, tensor }) =>
      Array.from(axes, (axis, k): [string, number] => [axis, tensor.shape[k]!]),
    ),
  );
}

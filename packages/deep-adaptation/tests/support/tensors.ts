import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import type { ComputeBackend } from '@graft-ml/core';
import type * as tensorflow from '@tensorflow/tfjs-core';
import type { GoldenArray, GoldenCase } from '../../../../tools/testing/golden.js';
import { planNetwork } from '../../src/network-design.js';
import { TensorNetwork } from '../../src/internal/tensor-network.js';

export type TensorFlow = typeof tensorflow;

/** The backend of these tests, shared by the process as engines are. */
export async function testBackend(): Promise<ComputeBackend<TensorFlow> & { tensors: TensorFlow }> {
  const backend = await wasmSimd.load<TensorFlow>();
  return { ...backend, tensors: backend.tensors! };
}

/** The network of the golden cases: a tanh layer of W1, b1 and a linear head of W2, b2. */
export function goldenNetwork(tf: TensorFlow, { inputs }: GoldenCase) {
  const array = (name: string) => {
    const { shape, data } = inputs[name]!;
    return { shape, data: Float64Array.from(data) };
  };
  const dense = (kernel: string, bias: string, activation: 'tanh' | 'linear') => {
    const [rows = 0, columns = 0] = inputs[kernel]!.shape;
    const layers = planNetwork([{ type: 'dense', units: columns, activation }], rows, 'test');
    return new TensorNetwork(tf, layers, [array(kernel), array(bias)]);
  };
  return { dense };
}

export function tensor2d(tf: TensorFlow, { shape, data }: GoldenArray): tensorflow.Tensor2D {
  return tf.tensor2d([...data], [shape[0]!, shape[1]!]);
}

export function oneHot(tf: TensorFlow, labels: GoldenArray, classes: number): tensorflow.Tensor2D {
  return tf.tensor2d(
    labels.data.flatMap((y) => Array.from({ length: classes }, (_, c) => (c === y ? 1 : 0))),
    [labels.data.length, classes],
  );
}

/** Loss and gradients of variables by name, as plain numbers. */
export function differentiated(
  tf: TensorFlow,
  loss: () => tensorflow.Scalar,
  variables: Readonly<Record<string, tensorflow.Variable>>,
): Record<string, ArrayLike<number>> {
  const { value, grads } = tf.variableGrads(loss, Object.values(variables));
  const found: Record<string, ArrayLike<number>> = { loss: value.dataSync() };
  for (const [name, variable] of Object.entries(variables))
    found[name] = grads[variable.name]!.dataSync();
  return found;
}

/** Compares with float64 references at what float32 can hold: 1e-5 of the largest entry. */
export function expectSingle(
  golden: GoldenCase,
  output: string,
  received: ArrayLike<number>,
): void {
  const expected = golden.outputs[output]!.data;
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  const gap = Math.max(...expected.map((value, p) => Math.abs(value - received[p]!)));
  expect([output, gap / scale < 1e-5]).toEqual([output, true]);
}

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

beforeAll(() => jest.spyOn(console, 'warn').mockImplementation(() => undefined));
beforeAll(() => wasmSimd.load({ tensors: tf, linearAlgebra: referenceLinearAlgebra }));

/** What `compute` gives on a backend. */
async function on(
  backend: string,
  compute: () => tf.Tensor,
): Promise<{ shape: number[]; dtype: string; values: number[] }> {
  await tf.setBackend(backend);
  const result = tf.tidy(compute);
  const values = Array.from(await result.data());
  const { shape, dtype } = result;
  result.dispose();
  return { shape, dtype, values };
}

/** Whole numbers from 0 to 4, so that many are equal. */
const whole = (shape: number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from(
    { length: size },
    (_, p) => ((p * 7919) % 101) % (dtype === 'bool' ? 2 : 5),
  );
  return tf.tensor(values, shape, dtype);
};

it.each([
  [[3], [4]],
  [
    [1, 1, 1, 3],
    [2, 4, 5, 1],
  ],
  [
    [2, 3, 2],
    [3, 1, 2],
  ],
  [
    [2, 1, 3],
    [1, 5, 1],
  ],
  [
    [2, 2],
    [1, 1],
  ],
  [
    [2, 3],
    [7, 3],
  ],
  [
    [2, 3],
    [0, 2],
  ],
  [[], []],
])('tiles %j times %j like the reference backend', async (shape, reps) => {
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    const compute = (): tf.Tensor => tf.tile(whole(shape, dtype), reps);
    expect(await on('wasm', compute)).toEqual(await on('cpu', compute));
  }
});

it.each<[number | [number, number], number | [number, number], 'valid' | 'same' | number]>([
  [2, 2, 'valid'],
  [3, 2, 'same'],
  [3, 1, 'same'],
  [[2, 3], [1, 2], 'valid'],
  [3, 2, 1],
])(
  'sends slopes through maxPool of %j at stride %j, pad %j, like the reference backend, equal numbers included',
  async (size, stride, pad) => {
    const compute = (): tf.Tensor =>
      tf.grad((x) => {
        const y = tf.maxPool(x as tf.Tensor4D, size, stride, pad);
        return tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1), y.shape)));
      })(whole([2, 7, 6, 3]));
    expect(await on('wasm', compute)).toEqual(await on('cpu', compute));
  },
);

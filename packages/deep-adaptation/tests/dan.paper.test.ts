import { randomSource } from '@graft-ml/numerics';
import { describeGolden } from '../../../tools/testing/golden.js';
import {
  differentiated,
  expectSingle,
  goldenNetwork,
  oneHot,
  tensor2d,
  testBackend,
} from './support/tensors.js';
import {
  bandwidths,
  crossEntropy,
  kernelDiscrepancy,
  linearDiscrepancy,
} from '../src/internal/losses.js';

const random = randomSource(4);
const draw = (n: number, d: number, mean: number) =>
  Array.from({ length: n }, () => Array.from({ length: d }, () => mean + random.normal()));

describe('maximum mean discrepancy of features', () => {
  const a = draw(9, 3, 0);
  const b = draw(7, 3, 0.5);
  const kernel = (x: number[], y: number[], gammas: readonly number[]) =>
    gammas.reduce(
      (sum, g) => sum + Math.exp(-g * x.reduce((s, v, j) => s + (v - y[j]!) ** 2, 0)),
      0,
    );
  const mean = (x: number[][], y: number[][], gammas: readonly number[]) =>
    x.reduce((sum, p) => sum + y.reduce((s, q) => s + kernel(p, q, gammas), 0), 0) /
    (x.length * y.length);

  it('is mean k(a,a) + mean k(b,b) − 2·mean k(a,b), kernels summed', async () => {
    const { tensors: tf } = await testBackend();
    const gammas = [0.2, 0.7, 3];
    const expected = mean(a, a, gammas) + mean(b, b, gammas) - 2 * mean(a, b, gammas);
    const found = kernelDiscrepancy(tf, tf.tensor2d(a), tf.tensor2d(b), gammas).dataSync()[0]!;
    expect(Math.abs(found - expected)).toBeLessThan(1e-6);
  });

  it('is the squared distance of means with the linear kernel, 0 at equal means', async () => {
    const { tensors: tf } = await testBackend();
    const x = tf.tensor2d([
      [0, 1],
      [2, 3],
    ]);
    expect(linearDiscrepancy(tf, x, tf.tensor2d([[4, 0]])).dataSync()[0]).toBe(9 + 4);
    expect(linearDiscrepancy(tf, x, tf.tensor2d([[1, 2]])).dataSync()[0]).toBe(0);
  });

  it('takes rates of 1/4 … 4 over the mean squared distance, and no gradient through them', async () => {
    const { tensors: tf } = await testBackend();
    const rows = [...a, ...b];
    let sum = 0;
    for (const p of rows)
      for (const q of rows) sum += p.reduce((s, v, j) => s + (v - q[j]!) ** 2, 0);
    const scale = sum / (rows.length * (rows.length - 1));
    const found = bandwidths(tf, tf.tensor2d(a), tf.tensor2d(b)).dataSync();
    [0.25, 0.5, 1, 2, 4].forEach((factor, k) => expect(found[k]! * scale).toBeCloseTo(factor, 5));
    const y = tf.tensor2d(b);
    const slope = tf.grad((x) => tf.sum(bandwidths(tf, x as typeof y, y)))(tf.tensor2d(a));
    expect(Math.max(...slope.dataSync().map(Math.abs))).toBe(0);
  });
});

describeGolden('deep.mmd', (golden) => {
  it('gives the loss and its gradients', async () => {
    const { tensors: tf } = await testBackend();
    const { dense } = goldenNetwork(tf, golden);
    const [features, head] = [dense('W1', 'b1', 'tanh'), dense('W2', 'b2', 'linear')];
    const { Xs, Xt, ys } = golden.inputs;
    const [xs, xt, y] = [tensor2d(tf, Xs!), tensor2d(tf, Xt!), oneHot(tf, ys!, 3)];
    const ones = tf.ones([xs.shape[0]]) as ReturnType<typeof tf.tensor1d>;
    const gammas = golden.options['gammas'] as number[];
    const loss = () => {
      const [hs, ht] = [features.apply(xs), features.apply(xt)];
      const task = crossEntropy(tf, head.apply(hs), y, ones);
      return tf.add<typeof task>(task, tf.mul(0.5, kernelDiscrepancy(tf, hs, ht, gammas)));
    };
    const [kernel, bias] = features.variables;
    const found = differentiated(tf, loss, { dW1: kernel!, db1: bias!, dW2: head.variables[0]! });
    for (const [output, values] of Object.entries(found)) expectSingle(golden, output, values);
    const linear = linearDiscrepancy(tf, features.apply(xs), features.apply(xt));
    expectSingle(golden, 'linearMmd', linear.dataSync());
  });
});

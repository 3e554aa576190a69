import { describeGolden } from '../../../tools/testing/golden.js';
import {
  differentiated,
  expectSingle,
  goldenNetwork,
  oneHot,
  tensor2d,
  testBackend,
} from './support/tensors.js';
import { correlationDiscrepancy, crossEntropy } from '../src/internal/losses.js';

describe('the covariance distance', () => {
  it('is ‖C_S − C_T‖²_F / (4d²) with n − 1, by hand', async () => {
    const { tensors: tf } = await testBackend();
    // Covariances diag(2, 0) and diag(0, 8): the squared distance is 4 + 64, over 4·2².
    const a = tf.tensor2d([
      [1, 0],
      [-1, 0],
    ]);
    const b = tf.tensor2d([
      [0, 2],
      [0, -2],
    ]);
    expect(correlationDiscrepancy(tf, a, b).dataSync()[0]).toBe(68 / 16);
  });

  it('does not see means', async () => {
    const { tensors: tf } = await testBackend();
    const a = tf.tensor2d([
      [1, 0],
      [-1, 4],
      [2, 2],
    ]);
    expect(correlationDiscrepancy(tf, a, tf.add(a, 8)).dataSync()[0]).toBe(0);
  });
});

describeGolden('deep.coral', (golden) => {
  it('gives the loss and its gradients', async () => {
    const { tensors: tf } = await testBackend();
    const { dense } = goldenNetwork(tf, golden);
    const [features, head] = [dense('W1', 'b1', 'tanh'), dense('W2', 'b2', 'linear')];
    const { Xs, Xt, ys } = golden.inputs;
    const [xs, xt, y] = [tensor2d(tf, Xs!), tensor2d(tf, Xt!), oneHot(tf, ys!, 3)];
    const ones = tf.ones([xs.shape[0]]) as ReturnType<typeof tf.tensor1d>;
    const loss = () => {
      const [hs, ht] = [features.apply(xs), features.apply(xt)];
      const task = crossEntropy(tf, head.apply(hs), y, ones);
      return tf.add<typeof task>(task, correlationDiscrepancy(tf, hs, ht));
    };
    const [kernel, bias] = features.variables;
    const found = differentiated(tf, loss, { dW1: kernel!, db1: bias!, dW2: head.variables[0]! });
    for (const [output, values] of Object.entries(found)) expectSingle(golden, output, values);
  });
});

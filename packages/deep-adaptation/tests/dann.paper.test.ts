import { DomainAdversarialNetwork, NeuralNetwork } from '@graft-ml/deep-adaptation';
import type * as tensorflow from '@tensorflow/tfjs-core';
import { describeGolden } from '../../../tools/testing/golden.js';
import { rampedWeight } from '../src/internal/fit-adapted.js';
import { twoColumns } from './support/two-columns.js';
import {
  differentiated,
  expectSingle,
  goldenNetwork,
  oneHot,
  tensor2d,
  testBackend,
} from './support/tensors.js';
import { domainLoss, reverseGradient, crossEntropy } from '../src/internal/losses.js';

describe('the reversal of gradients', () => {
  it('is the identity forward and −λ times the gradient backward', async () => {
    const { tensors: tf } = await testBackend();
    const x = tf.tensor2d([1, -2, 3, 4], [2, 2]);
    expect(Array.from(reverseGradient(tf, x, 0.3).dataSync())).toEqual([1, -2, 3, 4]);
    const slope = tf.grad((a) => tf.sum(tf.square(reverseGradient(tf, a as typeof x, 0.5))))(x);
    expect(Array.from(slope.dataSync())).toEqual([-1, 2, -3, -4]);
  });

  it('grows as 2 / (1 + e^(−10p)) − 1', () => {
    expect(rampedWeight(3, 0)).toBe(0);
    expect(rampedWeight(3, 0.2)).toBeCloseTo(3 * Math.tanh(1), 12);
    expect(rampedWeight(3, 1)).toBeCloseTo(3 * Math.tanh(5), 12);
  });

  it('leaves training on the source as it was where λ = 0, bit for bit', async () => {
    const { problem } = twoColumns('shifted', 2, 40);
    const options = { epochs: 4, batchSize: 16, optimizer: 'momentum' as const };
    const plain = await new NeuralNetwork(options).fit(problem, { seed: 5 });
    const adversarial = await new DomainAdversarialNetwork({
      ...options,
      adaptationWeight: 0,
    }).fit(problem, { seed: 5 });
    expect(adversarial.parts.headWeights).toEqual(plain.parts.headWeights);
    expect(adversarial.parts.featureWeights).toEqual(plain.parts.featureWeights);
  });
});

describeGolden('deep.dann', (golden) => {
  it('gives the losses and all gradients', async () => {
    const { tensors: tf } = await testBackend();
    const { dense } = goldenNetwork(tf, golden);
    const [features, head, domain] = [
      dense('W1', 'b1', 'tanh'),
      dense('W2', 'b2', 'linear'),
      dense('D', 'db', 'linear'),
    ];
    const { Xs, Xt, ys } = golden.inputs;
    const weight = golden.options['lambda'] as number;
    const [xs, xt, y] = [tensor2d(tf, Xs!), tensor2d(tf, Xt!), oneHot(tf, ys!, 3)];
    const ones = tf.ones([xs.shape[0]]) as ReturnType<typeof tf.tensor1d>;
    const classLoss = () => crossEntropy(tf, head.apply(features.apply(xs)), y, ones);
    // The case takes the mean over all rows of both domains; ours are means per domain.
    const share = (rows: number) => rows / (xs.shape[0] + xt.shape[0]);
    const side = (x: typeof xs, name: 'source' | 'target') => {
      const logits = domain.apply(reverseGradient(tf, features.apply(x), weight));
      return tf.mul<tensorflow.Scalar>(domainLoss(tf, logits, name), share(x.shape[0]));
    };
    const found = differentiated(
      tf,
      () => tf.addN<tensorflow.Scalar>([classLoss(), side(xs, 'source'), side(xt, 'target')]),
      {
        dW1: features.variables[0]!,
        db1: features.variables[1]!,
        dW2: head.variables[0]!,
        db2: head.variables[1]!,
        dD: domain.variables[0]!,
        ddb: domain.variables[1]!,
      },
    );
    for (const [output, values] of Object.entries(found)) expectSingle(golden, output, values);
    expectSingle(golden, 'classLoss', classLoss().dataSync());
    const logits = [xs, xt].flatMap((x) => Array.from(domain.apply(features.apply(x)).dataSync()));
    expectSingle(golden, 'domainLogits', logits);
  });
});

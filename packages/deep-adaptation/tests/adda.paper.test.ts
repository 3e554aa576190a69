import type * as tensorflow from '@tensorflow/tfjs-core';
import { describeGolden } from '../../../tools/testing/golden.js';
import {
  differentiated,
  expectSingle,
  goldenNetwork,
  tensor2d,
  testBackend,
} from './support/tensors.js';
import { domainLoss } from '../src/internal/losses.js';

describe('the losses of ADDA', () => {
  it('are −log σ(z) for the source, −log(1 − σ(z)) for the target, and finite for any logit', async () => {
    const { tensors: tf } = await testBackend();
    const value = (z: number, domain: 'source' | 'target') =>
      domainLoss(tf, tf.tensor2d([[z]]), domain).dataSync()[0]!;
    const sigma = 1 / (1 + Math.exp(-0.7));
    expect(value(0.7, 'source')).toBeCloseTo(-Math.log(sigma), 6);
    expect(value(0.7, 'target')).toBeCloseTo(-Math.log(1 - sigma), 6);
    expect(value(-500, 'source')).toBe(500);
    expect(value(500, 'source')).toBe(0);
  });
});

describeGolden('deep.adda', (golden) => {
  it('gives both losses and their gradients', async () => {
    const { tensors: tf } = await testBackend();
    const { dense } = goldenNetwork(tf, golden);
    const [features, domain] = [dense('W1', 'b1', 'tanh'), dense('D', 'db', 'linear')];
    const [xs, xt] = [tensor2d(tf, golden.inputs['Xs']!), tensor2d(tf, golden.inputs['Xt']!)];
    const logits = (x: tensorflow.Tensor2D) => domain.apply(features.apply(x));
    const [dW1, db1] = features.variables;
    const extractor = differentiated(tf, () => domainLoss(tf, logits(xt), 'source'), {
      dW1: dW1!,
      db1: db1!,
      dD: domain.variables[0]!,
    });
    for (const [output, values] of Object.entries(extractor)) expectSingle(golden, output, values);
    const discriminator = () =>
      tf.add<tensorflow.Scalar>(
        domainLoss(tf, logits(xs), 'source'),
        domainLoss(tf, logits(xt), 'target'),
      );
    expectSingle(golden, 'discriminatorLoss', discriminator().dataSync());
  });
});

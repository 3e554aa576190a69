import { NeuralNetwork } from '@graft-ml/deep-adaptation';
import { denseMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden } from '../../../tools/testing/golden.js';
import { applyNetwork } from '../src/internal/plain-network.js';
import { TensorNetwork } from '../src/internal/tensor-network.js';
import { initialWeights } from '../src/internal/weights.js';
import { type NetworkDesign, planNetwork } from '../src/network-design.js';
import {
  differentiated,
  expectSingle,
  goldenNetwork,
  oneHot,
  tensor2d,
  testBackend,
} from './support/tensors.js';
import { crossEntropy, squaredError } from '../src/internal/losses.js';

describe('the losses', () => {
  it('are means by weight: of −log softmax, and of squared differences', async () => {
    const { tensors: tf } = await testBackend();
    const logits = tf.tensor2d([
      [0, Math.log(3)],
      [2, 2],
    ]);
    const labels = tf.tensor2d([
      [0, 1],
      [1, 0],
    ]);
    const weights = tf.tensor1d([1, 3]);
    const expected = (Math.log(4 / 3) + 3 * Math.log(2)) / 4;
    expect(crossEntropy(tf, logits, labels, weights).dataSync()[0]).toBeCloseTo(expected, 6);
    const values = squaredError(tf, tf.tensor2d([[1], [2]]), tf.tensor2d([[3], [2.5]]), weights);
    expect(values.dataSync()[0]).toBeCloseTo((4 + 3 * 0.25) / 4, 6);
  });
});

describe('first weights', () => {
  it('are uniform within ±√(6 / inputs) before a ReLU and ±√(6 / (inputs + outputs)) elsewhere, biases 0', () => {
    const layers = planNetwork(
      [
        { type: 'dense', units: 200 },
        { type: 'dense', units: 50, activation: 'tanh' },
      ],
      100,
      'test',
    );
    const [first, bias, second] = initialWeights(layers, randomSource(1));
    const variance = ({ data }: { data: Float64Array }) =>
      data.reduce((s, v) => s + v * v, 0) / data.length;
    expect(Math.max(...first!.data.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 100));
    expect(variance(first!) / (2 / 100)).toBeCloseTo(1, 1);
    expect(variance(second!) / (2 / 250)).toBeCloseTo(1, 1);
    expect(Math.max(...bias!.data)).toBe(0);
  });
});

describe('a fitted network without its engine', () => {
  const designs: Readonly<Record<string, NetworkDesign>> = {
    dense: [
      { type: 'dense', units: 5 },
      { type: 'dense', units: 3, activation: 'tanh' },
    ],
    images: [
      { type: 'image', height: 7, width: 6, channels: 2 },
      { type: 'convolution', filters: 3, size: 3 },
      { type: 'max-pooling', size: 2 },
      { type: 'convolution', filters: 4, size: 2, stride: 2, padding: 'same', activation: 'tanh' },
      { type: 'dense', units: 4, activation: 'linear' },
    ],
    'windows inside': [
      { type: 'image', height: 7, width: 6, channels: 2 },
      {
        type: 'convolution',
        filters: 3,
        size: 3,
        stride: 2,
        padding: 'valid',
        activation: 'linear',
      },
    ],
  };

  it.each(Object.entries(designs))('gives what the engine gives: %s', async (_, design) => {
    const { tensors: tf } = await testBackend();
    const random = randomSource(2);
    const x = denseMatrix(
      4,
      84,
      Float64Array.from({ length: 336 }, () => Math.fround(random.normal())),
    );
    const layers = planNetwork(design, 84, 'test');
    const weights = initialWeights(layers, random);
    const network = new TensorNetwork(tf, layers, weights);
    const expected = network.apply(tf.tensor2d(Float32Array.from(x.data), [4, 84])).dataSync();
    const found = applyNetwork(referenceLinearAlgebra, layers, weights, x).data;
    expect(found.length).toBe(expected.length);
    expect(Math.max(...found.map((value, p) => Math.abs(value - expected[p]!)))).toBeLessThan(2e-5);
  });
});

describe('a network without hidden nonlinearity', () => {
  it('comes to least squares on values', async () => {
    const random = randomSource(8);
    const x = Array.from({ length: 60 }, () => [random.normal(), 3 * random.normal() + 1]);
    const y = x.map(([a = 0, b = 0]) => 2 * a - b + 5);
    const network = [{ type: 'dense', units: 4, activation: 'linear' }] as const;
    const options = { epochs: 300, weightDecay: 0, learningRate: 0.05 };
    const model = await new NeuralNetwork(options, { network }).fit({ x, y, task: 'regression' });
    const predicted = await model.predictEncoded(x);
    expect(Math.max(...predicted.map((value, i) => Math.abs(value - y[i]!)))).toBeLessThan(1e-2);
  });
});

describeGolden('deep.mlp.ce', (golden) => {
  it('gives logits, loss and gradients', async () => {
    const { tensors: tf } = await testBackend();
    const { dense } = goldenNetwork(tf, golden);
    const [features, head] = [dense('W1', 'b1', 'tanh'), dense('W2', 'b2', 'linear')];
    const x = tensor2d(tf, (golden.inputs['X'] ?? golden.inputs['Xs'])!);
    const y = oneHot(tf, (golden.inputs['y'] ?? golden.inputs['ys'])!, 3);
    const ones = tf.ones([x.shape[0]]) as ReturnType<typeof tf.tensor1d>;
    const [dW1, db1, dW2, db2] = [...features.variables, ...head.variables];
    const loss = () => crossEntropy(tf, head.apply(features.apply(x)), y, ones);
    const found = differentiated(tf, loss, { dW1: dW1!, db1: db1!, dW2: dW2!, db2: db2! });
    for (const [output, values] of Object.entries(found)) expectSingle(golden, output, values);
    expectSingle(golden, 'logits', head.apply(features.apply(x)).dataSync());
  });
});

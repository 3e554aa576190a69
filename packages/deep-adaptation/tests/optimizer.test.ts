import { describeGolden } from '../../../tools/testing/golden.js';
import { Optimizer } from '../src/internal/optimizer.js';
import { expectSingle, testBackend } from './support/tensors.js';

describe('Optimizer', () => {
  it('goes on from a saved state as if nothing had happened', async () => {
    const { tensors: tf } = await testBackend();
    const w = tf.variable(tf.tensor2d([[1, -2]]));
    const first = new Optimizer(tf, [{ variables: [w], rate: 1 }], {
      kind: 'adam',
      weightDecay: 0.1,
    });
    const descend = (optimizer: Optimizer, steps: number) => {
      for (let k = 0; k < steps; k++) optimizer.step(() => tf.sum(tf.square(w)), 0.05);
      return Array.from(w.dataSync());
    };
    descend(first, 3);
    const saved = await first.save();
    const middle = tf.clone(w);
    const expected = descend(first, 4);
    w.assign(middle);
    const second = new Optimizer(tf, [{ variables: [w], rate: 1 }], {
      kind: 'adam',
      weightDecay: 0.1,
    });
    second.load(saved);
    expect(descend(second, 4)).toEqual(expected);
  });

  it('leaves groups of rate 0 as they are, bit for bit, and keeps near an anchor', async () => {
    const { tensors: tf } = await testBackend();
    const frozen = tf.variable(tf.scalar(3));
    const held = tf.variable(tf.scalar(1));
    const anchor = { weight: 3, values: [tf.scalar(1)] };
    const optimizer = new Optimizer(
      tf,
      [
        { variables: [frozen], rate: 0 },
        { variables: [held], rate: 1, anchor },
      ],
      { kind: 'momentum', weightDecay: 0 },
    );
    for (let k = 0; k < 400; k++) optimizer.step(() => tf.div(tf.square(held), 2), 0.01);
    expect(frozen.dataSync()[0]).toBe(3);
    // w + 3·(w − 1) = 0
    expect(held.dataSync()[0]).toBeCloseTo(0.75, 4);
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const w = tf.variable(tf.tensor2d([[1, -2]]));
    const before = tf.memory().numTensors;
    const optimizer = new Optimizer(tf, [{ variables: [w], rate: 1 }], {
      kind: 'adam',
      weightDecay: 0,
    });
    for (let k = 0; k < 3; k++) optimizer.step(() => tf.sum(tf.square(w)), 0.1);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describeGolden('deep.optimisers', (golden) => {
  it.each([
    ['sgdMomentum', 'momentum', 0.1, 0.01],
    ['adam', 'adam', 0.01, 0],
  ] as const)('takes the four steps of %s', async (output, kind, rate, weightDecay) => {
    const { tensors: tf } = await testBackend();
    const { p0, gradients } = golden.inputs;
    // A column, since decay is for kernels alone.
    const w = tf.variable(tf.tensor2d([...p0!.data], [5, 1]));
    const optimizer = new Optimizer(tf, [{ variables: [w], rate: 1 }], { kind, weightDecay });
    const path: number[] = [];
    for (let k = 0; k < 4; k++) {
      const slope = tf.tensor2d(gradients!.data.slice(5 * k, 5 * k + 5), [5, 1]);
      optimizer.step(() => tf.sum(tf.mul(w, slope)), rate);
      path.push(...w.dataSync());
    }
    expectSingle(golden, output, path);
  });
});

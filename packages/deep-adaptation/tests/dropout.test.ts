import { NeuralNetwork } from '@graft-ml/deep-adaptation';
import { planNetwork } from '../src/network-design.js';
import { TensorNetwork } from '../src/internal/tensor-network.js';
import { MemoryCheckpoints } from './support/memory-checkpoints.js';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const { problem } = twoColumns('none', 6, 120);
const rows = { x: problem.source!.x as number[][], y: problem.source!.y as number[] };
const network = [
  { type: 'dense', units: 32 },
  { type: 'dropout', rate: 0.25 },
] as const;

describe('dropout', () => {
  it('drops the share that it says, scales the rest up, and does neither without noise', async () => {
    const { tensors: tf } = await testBackend();
    const made = new TensorNetwork(tf, planNetwork([network[1]], 1000, 'test'), []);
    const values = (noise?: number) => {
      const x = tf.ones([20, 1000]) as Parameters<typeof made.apply>[0];
      return Array.from(tf.tidy(() => made.apply(x, noise)).dataSync());
    };
    const noisy = values(7);
    const dropped = noisy.filter((value) => value === 0).length / noisy.length;
    // Five standard deviations of a share of 20,000 draws.
    expect(Math.abs(dropped - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 20000));
    expect(noisy.every((value) => value === 0 || Math.abs(value - 1 / 0.75) < 1e-6)).toBe(true);
    expect(values(7)).toEqual(noisy);
    expect(values(8)).not.toEqual(noisy);
    expect(new Set(values())).toEqual(new Set([1]));
  });

  it('changes training, not prediction, and goes on bit for bit after an interruption', async () => {
    const options = { epochs: 6, batchSize: 20, learningRate: 0.1 };
    const fit = (design: object, more: object = {}, run: object = {}) =>
      new NeuralNetwork(options, { network: design as typeof network, ...more }).fit(rows, {
        seed: 4,
        ...run,
      });
    const whole = await fit(network);
    const without = await fit([network[0], { type: 'dropout', rate: 0 }]);
    expect(whole.parts.featureWeights).not.toEqual(without.parts.featureWeights);
    expect(without.parts.featureWeights).toEqual((await fit([network[0]])).parts.featureWeights);
    expect(await whole.scores(rows.x)).toEqual(await whole.scores(rows.x));
    expect(share(await whole.predict(rows.x), rows.y)).toBeGreaterThan(0.95);

    const checkpoints = new MemoryCheckpoints();
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 3 && controller.abort();
    await expect(
      fit(network, { checkpoints }, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await fit(network, { checkpoints })).parts).toEqual(whole.parts);
  });

  it('refuses to drop everything', () => {
    expect(() => planNetwork([{ type: 'dropout', rate: 1 }], 3, 'test')).toThrow(
      'needs a "rate" in [0, 1); received 1',
    );
  });
});

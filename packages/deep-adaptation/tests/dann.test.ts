import { DomainAdversarialNetwork } from '@graft-ml/deep-adaptation';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const options = { epochs: 20, learningRate: 0.05, batchSize: 32 };
const { problem, truth } = twoColumns('shifted', 1);

/** A number of the last epoch's record. */
function last(model: Awaited<ReturnType<DomainAdversarialNetwork['fit']>>, name: string): number {
  const history = model.diagnostics.facts!['history'] as readonly Record<string, number>[];
  return history[history.length - 1]![name]!;
}

describe('DomainAdversarialNetwork', () => {
  it('makes domains harder to tell apart than they are without it', async () => {
    const fit = (adaptationWeight: number) =>
      new DomainAdversarialNetwork({ ...options, adaptationWeight }).fit(problem, { seed: 1 });
    const [without, adapted] = [await fit(0), await fit(3)];
    expect(last(adapted, 'domain loss')).toBeGreaterThan(1.1 * last(without, 'domain loss'));
    const accuracy = async (model: typeof adapted) =>
      share(await model.predict(problem.target.x), truth);
    expect(await accuracy(adapted)).toBeGreaterThanOrEqual(await accuracy(without));
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    await new DomainAdversarialNetwork({ ...options, epochs: 2 }).fit(problem);
    expect(tf.memory().numTensors).toBe(before);
  });
});

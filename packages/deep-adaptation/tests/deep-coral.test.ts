import { DeepCoral, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const options = { epochs: 30, learningRate: 0.05, batchSize: 32 };

describe('DeepCoral', () => {
  const { problem, truth } = twoColumns('noise', 2);

  it('leans less on a column whose covariance changes', async () => {
    const plain = await new NeuralNetwork(options).fit(problem, { seed: 2 });
    const adapted = await new DeepCoral({ ...options, adaptationWeight: 1000 }).fit(problem, {
      seed: 2,
    });
    const before = share(await plain.predict(problem.target.x), truth);
    const after = share(await adapted.predict(problem.target.x), truth);
    expect(after).toBeGreaterThan(before + 0.08);
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    await new DeepCoral({ ...options, epochs: 2 }).fit(problem);
    expect(tf.memory().numTensors).toBe(before);
  });
});

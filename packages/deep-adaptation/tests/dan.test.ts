import { DeepAdaptationNetwork, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const options = { epochs: 20, learningRate: 0.05, batchSize: 32 };

describe('DeepAdaptationNetwork', () => {
  const { problem, truth } = twoColumns('shifted', 2);

  it.each(['multiple', 'linear'] as const)('undoes a shift of one column: %s', async (kernel) => {
    const plain = await new NeuralNetwork(options).fit(problem, { seed: 2 });
    const adapted = await new DeepAdaptationNetwork({ ...options, kernel }).fit(problem, {
      seed: 2,
    });
    const before = share(await plain.predict(problem.target.x), truth);
    const after = share(await adapted.predict(problem.target.x), truth);
    expect(after).toBeGreaterThan(before + 0.05);
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    await new DeepAdaptationNetwork({ ...options, epochs: 2 }).fit(problem);
    expect(tf.memory().numTensors).toBe(before);
  });
});

import { AdversarialDiscriminativeAdaptation, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { MemoryCheckpoints } from './support/memory-checkpoints.js';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const options = { epochs: 30, learningRate: 0.05, batchSize: 32 };

describe('AdversarialDiscriminativeAdaptation', () => {
  const { problem, truth } = twoColumns('mirrored', 1);

  it('finds an extractor of its own for a target that looks different', async () => {
    const plain = await new NeuralNetwork(options).fit(problem, { seed: 1 });
    const adapted = await new AdversarialDiscriminativeAdaptation({
      ...options,
      adversarialRate: 0.5,
    }).fit(problem, { seed: 1 });
    const before = share(await plain.predict(problem.target.x), truth);
    const after = share(await adapted.predict(problem.target.x), truth);
    expect(after).toBeGreaterThan(before + 0.05);
  });

  it('changes neither the head nor the network of the source, bit for bit', async () => {
    const plain = await new NeuralNetwork({ ...options, epochs: 3 }).fit(problem, { seed: 1 });
    const checkpoints = new MemoryCheckpoints();
    const adapted = await new AdversarialDiscriminativeAdaptation(
      { ...options, epochs: 3 },
      { checkpoints },
    ).fit(problem, { seed: 1 });
    expect(adapted.parts.headWeights).toEqual(plain.parts.headWeights);
    expect(adapted.parts.featureWeights).not.toEqual(plain.parts.featureWeights);
    const source = await checkpoints.load('source');
    expect(source!.arrays['variable 0']!.data).toEqual(plain.parts.featureWeights[0]!.data);
  });

  it('says when classes are no longer predicted', async () => {
    const collapsed = await new AdversarialDiscriminativeAdaptation({
      ...options,
      adversarialRate: 20,
    }).fit(twoColumns('shifted', 3).problem, { seed: 3 });
    const codes = collapsed.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toEqual(['CLASS_MISSING']);
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    await new AdversarialDiscriminativeAdaptation({ ...options, epochs: 2 }).fit(problem);
    expect(tf.memory().numTensors).toBe(before);
  });
});

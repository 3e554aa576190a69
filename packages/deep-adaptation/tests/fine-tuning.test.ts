import type { PlainProblem } from '@graft-ml/core';
import { FineTuning, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { LogisticRegression } from '@graft-ml/learners';
import { testBackend } from './support/tensors.js';
import { share, twoColumns } from './support/two-columns.js';

const options = { epochs: 20, learningRate: 0.05, batchSize: 32 };
const { problem: given, truth } = twoColumns('mirrored', 3);
const rows = given.target.x as number[][];
const labelled = { x: rows.slice(0, 12), y: truth.slice(0, 12) };
const problem: PlainProblem = { ...given, target: { x: rows, labelled } };
const [rest, restTruth] = [rows.slice(12), truth.slice(12)];

describe('FineTuning', () => {
  it.each(['fine-tune', 'head-first', 'gradual'] as const)(
    'beats the source network and training from scratch with few labels: %s',
    async (mode) => {
      const source = await new NeuralNetwork(options).fit(given, { seed: 1 });
      const model = await new FineTuning({ ...options, mode, epochs: 60 }).fit(problem, {
        seed: 1,
        sourceModels: [source],
      });
      const accuracy = share(await model.predict(rest), restTruth);
      expect(accuracy).toBeGreaterThan(share(await source.predict(rest), restTruth) + 0.03);
      const { facts } = model.diagnostics;
      expect(facts!['headKept']).toBe(true);
      expect(facts!['sourceAccuracyBefore']).toBeGreaterThan(0.95);
    },
  );

  it('freezes the extractor in extract, bit for bit', async () => {
    const source = await new NeuralNetwork(options).fit(given, { seed: 1 });
    const model = await new FineTuning({ ...options, mode: 'extract' }).fit(problem, {
      sourceModels: [source],
    });
    expect(model.parts.featureWeights).toEqual(source.parts.featureWeights);
    expect(model.parts.headWeights).not.toEqual(source.parts.headWeights);
    expect(model.parts.scaling).toEqual(source.parts.scaling);
  });

  it('gives the target a head of its own where its classes differ', async () => {
    const y = labelled.y.map((label) => (label ? 'new' : 'old'));
    const model = await new FineTuning(options).fit({
      ...problem,
      target: { x: rows, labelled: { x: labelled.x, y } },
    });
    expect(model.task).toEqual({ kind: 'classification', classes: ['new', 'old'] });
    expect(model.diagnostics.facts!['headKept']).toBe(false);
  });

  it('trains the source network itself where none is handed in', async () => {
    const source = await new NeuralNetwork(options).fit(given, { seed: 4 });
    const alone = await new FineTuning(options).fit(problem, { seed: 4 });
    const handed = await new FineTuning(options).fit(problem, { seed: 4, sourceModels: [source] });
    expect(alone.parts).toEqual(handed.parts);
  });

  it('refuses models it cannot start from', async () => {
    const linear = await new LogisticRegression().fit(given);
    const fit = new FineTuning(options).fit(problem, { sourceModels: [linear] });
    await expect(fit).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(fit).rejects.toThrow('received LogisticModel');
    const narrow = await new NeuralNetwork({ epochs: 1 }).fit({ x: [[1], [2]], y: [0, 1] });
    const other = new FineTuning(options).fit(problem, { sourceModels: [narrow] });
    await expect(other).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('leaves no tensors behind', async () => {
    const { tensors: tf } = await testBackend();
    const before = tf.memory().numTensors;
    await new FineTuning({ ...options, epochs: 3, mode: 'gradual', startingPointWeight: 0.1 }).fit(
      problem,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

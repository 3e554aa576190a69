import { FineTuning, NeuralNetwork } from '@graft-ml/deep-adaptation';
import { twoColumns } from './support/two-columns.js';

const { problem: given, truth } = twoColumns('mirrored', 3, 40);
const rows = given.target.x as number[][];
const problem = { ...given, target: { x: rows, labelled: { x: rows, y: truth } } };
const options = { epochs: 4, learningRate: 0.05, batchSize: 64, weightDecay: 0 };

describe('fine-tuning by its formulas', () => {
  const network = [
    { type: 'dense', units: 3 },
    { type: 'dense', units: 3 },
  ] as const;
  /** Largest change of each layer's kernel. */
  const moved = async (chosen: object) => {
    const source = await new NeuralNetwork({ ...options, epochs: 2 }, { network }).fit(given);
    const model = await new FineTuning({ ...options, ...chosen }).fit(problem, {
      sourceModels: [source],
    });
    const before = [...source.parts.featureWeights, ...source.parts.headWeights];
    const after = [...model.parts.featureWeights, ...model.parts.headWeights];
    return [0, 2, 4].map((k) =>
      Math.max(...after[k]!.data.map((value, p) => Math.abs(value - before[k]!.data[p]!))),
    );
  };

  it('moves each layer in proportion to its rate in the first step', async () => {
    const first = { epochs: 1 };
    const all = await moved({ ...first, extractorRate: 1, layerDecay: 1 });
    const scaled = await moved({ ...first, extractorRate: 0.25, layerDecay: 0.5 });
    expect(scaled[2]! / all[2]!).toBeCloseTo(1, 4);
    expect(scaled[1]! / all[1]!).toBeCloseTo(0.25, 3);
    expect(scaled[0]! / all[0]!).toBeCloseTo(0.125, 3);
  });

  it('stays at its starting point as α grows', async () => {
    const free = await moved({ epochs: 60, extractorRate: 1 });
    const held = await moved({ epochs: 60, extractorRate: 1, startingPointWeight: 15 });
    for (let k = 0; k < 3; k++) expect(held[k]! / free[k]!).toBeLessThan(0.3);
  });
});

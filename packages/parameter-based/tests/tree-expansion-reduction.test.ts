import { isTransferError } from '@graft-ml/core';
import { DecisionTree, LogisticRegression, RandomForest } from '@graft-ml/learners';
import { TreeExpansionReduction } from '@graft-ml/parameter-based';
import { accuracyOf, boxes } from './support/moved-boxes.js';

const source = boxes(400, 1, 0);
const labelled = boxes(50, 2, 0, true);
const test = boxes(400, 3, 0, true);
const input = { source, target: { x: test.x, labelled } };

describe('TreeExpansionReduction', () => {
  it('asks on where the target is finer than the source: from 0.88 and, alone, 0.81 to above 0.98', async () => {
    const alone = await new DecisionTree().fit(source);
    const few = await new DecisionTree().fit(labelled);
    const model = await new TreeExpansionReduction().fit(input);
    const [a, b, c] = [
      await accuracyOf(alone, test),
      await accuracyOf(few, test),
      await accuracyOf(model, test),
    ];
    expect(a).toBeLessThan(0.9);
    expect(b).toBeLessThan(0.85);
    expect(c).toBeGreaterThan(0.98);
  });

  it('changes every tree of a forest, and of several sources', async () => {
    const learner = new RandomForest({ nTrees: 8 });
    const method = new TreeExpansionReduction({}, { learner });
    const model = await method.fit({ sources: [source, source], target: input.target });
    expect(model.trees).toHaveLength(16);
    expect(await accuracyOf(model, test)).toBeGreaterThan(0.8);
    const shares = await model.predictProba(test.x);
    for (let i = 0; i < 5; i++)
      expect(shares.data[2 * i]! + shares.data[2 * i + 1]!).toBeCloseTo(1, 12);
  });

  it('refuses models without trees and tells of classes without labelled rows', async () => {
    const known = await new LogisticRegression().fit(source);
    const error: unknown = await new TreeExpansionReduction()
      .fit(input, { sourceModels: [known] })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
    const one = { x: labelled.x.slice(0, 1), y: labelled.y.slice(0, 1) };
    const model = await new TreeExpansionReduction().fit({
      source,
      target: { x: test.x, labelled: one },
    });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
  });
});

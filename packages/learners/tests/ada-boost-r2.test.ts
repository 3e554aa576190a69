import { AdaBoostR2, DecisionTree, r2, weightedMedian } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('AdaBoostR2', () => {
  const { x, value } = groups(150, 4, 1);
  const test = groups(150, 4, 2);

  it('makes more of small trees than one of them can', async () => {
    const boosted = await new AdaBoostR2().fit({ x, y: value });
    const tree = await new DecisionTree({ maxDepth: 3 }).fit({ x, y: value });
    const of = async (model: typeof boosted | typeof tree) =>
      r2(test.value, await model.predictEncoded(test.x));
    // 0.16 on average over 20 such pairs of samples, 0.05 at least.
    expect((await of(boosted)) - (await of(tree))).toBeGreaterThan(0.05);
  });

  it('stops when a tree fits exactly', async () => {
    const model = await new AdaBoostR2().fit({ x: [[0], [1]], y: [1.5, 2.5] });
    expect(model.diagnostics.stopReason).toBe('a tree fits exactly');
    expect(Array.from(await model.predictEncoded([[0], [1]]))).toEqual([1.5, 2.5]);
  });

  it('keeps the first tree where its mean loss is one half already', async () => {
    const model = await new AdaBoostR2().fit({ x: [[1], [1]], y: [0, 1], task: 'regression' });
    expect(model.trees).toHaveLength(1);
    expect((await model.predictEncoded([[1]]))[0]).toBe(0.5);
  });
});

describe('weightedMedian', () => {
  it('is the value where half of the weight is reached', () => {
    expect(weightedMedian([3, 1, 2], [1, 1, 1])).toBe(2);
    expect(weightedMedian([3, 1, 2], [5, 1, 1])).toBe(3);
    expect(weightedMedian([1, 2], [1, 1])).toBe(1);
    expect(weightedMedian([], [])).toBeNaN();
  });
});

import { accuracy, AdaBoost, DecisionTree } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('AdaBoost', () => {
  const { x, y } = groups(120, 4, 1);
  const test = groups(120, 4, 2);

  it('makes much more of stumps than one of them can', async () => {
    const boosted = await new AdaBoost().fit({ x, y });
    const stump = await new DecisionTree({ maxDepth: 1 }).fit({ x, y });
    const gain =
      accuracy(test.y, await boosted.predict(test.x)) -
      accuracy(test.y, await stump.predict(test.x));
    // 0.26 on average over 20 such pairs of samples, 0.19 at least.
    expect(gain).toBeGreaterThan(0.15);
  });

  it('stops when a tree makes no error', async () => {
    const model = await new AdaBoost().fit({ x: [[0], [1], [2]], y: ['a', 'a', 'b'] });
    expect(model.trees).toHaveLength(1);
    expect(model.diagnostics.stopReason).toBe('a tree made no error');
    expect(await model.predict([[0], [2]])).toEqual(['a', 'b']);
  });

  it('predicts the heaviest class, with a warning, where nothing can be learned', async () => {
    const model = await new AdaBoost().fit({ x: [[1], [1], [1], [1]], y: [0, 1, 0, 1] });
    expect(model.diagnostics.warnings[0]?.code).toBe('NO_LEARNER');
    expect(model.diagnostics.stopReason).toBe('a tree did no better than chance');
    expect(await model.predict([[1]])).toEqual([0]);
  });

  it('learns slower with a smaller rate', async () => {
    const fast = await new AdaBoost({ maxIterations: 5 }).fit({ x, y });
    const slow = await new AdaBoost({ maxIterations: 5, learningRate: 0.1 }).fit({ x, y });
    expect(slow.votes[0]! / fast.votes[0]!).toBeCloseTo(0.1, 12);
  });
});

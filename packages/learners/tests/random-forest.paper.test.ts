import { RandomForest } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('the formula of RandomForest', () => {
  const { x, y, value } = groups(80, 5, 4);

  it('averages the class shares of the leaves', async () => {
    const forest = await new RandomForest({ nTrees: 7 }).fit({ x, y });
    const leaves = forest.leaves(x);
    const { data } = await forest.predictProba!(x);
    for (let i = 0; i < 80; i++) {
      for (let c = 0; c < 3; c++) {
        const mean =
          forest.trees.reduce((s, tree, t) => s + tree.value[3 * leaves.data[7 * i + t]! + c]!, 0) /
          7;
        expect(data[3 * i + c]).toBeCloseTo(mean, 14);
      }
    }
  });

  it('draws as many rows as their weights add up to, with replacement', async () => {
    const weights = y.map((_, i) => (i % 4 === 0 ? 3 : 1));
    const forest = await new RandomForest({ nTrees: 40 }).fit({ x, y: value, weights });
    const roots = forest.trees.map((tree) => tree.weight[0]!);
    expect(roots).toEqual(roots.map(() => 120));
    // A row of weight w is missing with chance (1 − w/120)^120 ≈ e^(−w): a quarter of rows at w = 3, the rest at w = 1.
    const full = await new RandomForest({ nTrees: 200, maxFeatures: 'all' }).fit({
      x,
      y: value,
      weights,
    });
    const distinct = full.trees.map((tree) => tree.feature.filter((feature) => feature < 0).length);
    const mean = distinct.reduce((a, b) => a + b, 0) / 200;
    const expected = 20 * (1 - (1 - 3 / 120) ** 120) + 60 * (1 - (1 - 1 / 120) ** 120);
    expect(Math.abs(mean - expected)).toBeLessThan(1);
  });

  it('tries √nFeatures features per question for classes, all where asked to', async () => {
    const used = async (maxFeatures: number | 'all') => {
      const forest = await new RandomForest({ nTrees: 60, maxFeatures, maxDepth: 1 }).fit({ x, y });
      return new Set(forest.trees.map((tree) => tree.feature[0]!)).size;
    };
    // With one candidate per question each of the 5 features is the root of some tree; with all, only the informative ones.
    expect(await used(1)).toBe(5);
    expect(await used('all')).toBeLessThan(5);
  });
});

import { accuracy, DecisionTree, r2, RandomForest } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('RandomForest', () => {
  const { x, y, value } = groups(150, 6, 1);
  const test = groups(150, 6, 2);

  it('does better on new rows than one tree', async () => {
    const run = { seed: 3 };
    const forest = await new RandomForest().fit({ x, y }, run);
    const tree = await new DecisionTree().fit({ x, y }, run);
    const ofForest = accuracy(test.y, await forest.predict(test.x));
    const ofTree = accuracy(test.y, await tree.predict(test.x));
    // Over 20 such pairs of samples the forest was ahead by 0.052 on average, by 0.007 at least.
    expect(ofForest - ofTree).toBeGreaterThan(0.02);
  });

  it('predicts values', async () => {
    const forest = await new RandomForest().fit({ x, y: value });
    expect(forest.predictProba).toBeUndefined();
    // 0.72 on average over 20 such pairs of samples, 0.63 at least.
    expect(r2(test.value, await forest.predictEncoded(test.x))).toBeGreaterThan(0.6);
  });

  it('gives other trees for another seed and the same for the same', async () => {
    const learner = new RandomForest({ nTrees: 5 });
    const first = await learner.fit({ x, y }, { seed: 1 });
    const again = await learner.fit({ x, y }, { seed: 1 });
    const other = await learner.fit({ x, y }, { seed: 2 });
    expect(again.trees).toEqual(first.trees);
    expect(other.trees).not.toEqual(first.trees);
    expect(first.trees[0]).not.toEqual(first.trees[1]);
  });

  it('grows the first trees of a larger forest as those of a smaller one', async () => {
    const few = await new RandomForest({ nTrees: 3 }).fit({ x, y });
    const many = await new RandomForest({ nTrees: 6 }).fit({ x, y });
    expect(many.trees.slice(0, 3)).toEqual(few.trees);
  });

  it('tells in which leaf of each tree a row ends', async () => {
    const forest = await new RandomForest({ nTrees: 4 }).fit({ x, y });
    const { data, rows, columns } = forest.leaves(x.slice(0, 7));
    expect([rows, columns]).toEqual([7, 4]);
    data.forEach((leaf, p) => expect(forest.trees[p % 4]!.feature[leaf]).toBe(-1));
  });

  it('warns of weights that sum to 1', async () => {
    const weights = y.map(() => 1 / 150);
    const forest = await new RandomForest({ nTrees: 2 }).fit({ x, y, weights });
    expect(forest.diagnostics.warnings[0]?.code).toBe('WEIGHTS_SMALL');
  });

  it('takes weights of any size', async () => {
    const weights = y.map((_, i) => (i % 2 === 0 ? 1e12 : 1e9));
    const forest = await new RandomForest({ nTrees: 2 }).fit({ x, y, weights });
    const total = 75 * (1e12 + 1e9);
    for (const tree of forest.trees) expect(tree.weight[0]! / total).toBeCloseTo(1, 9);
  });

  it('reports progress and stops when asked to', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      if (done === 3) controller.abort();
    };
    const run = { signal: controller.signal, onProgress };
    await expect(new RandomForest().fit({ x, y }, run)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen).toEqual([1, 2, 3]);
  });
});

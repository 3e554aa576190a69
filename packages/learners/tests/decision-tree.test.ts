import { DecisionTree, depthOf, TreeClassifier, type TreeModel } from '@graft-ml/learners';
import { stateFromJson } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { groups, someWeights } from './support/samples.js';

const context = {
  linearAlgebra: referenceLinearAlgebra,
  restore: () => {
    throw new Error('it has no parts');
  },
};

describe('DecisionTree', () => {
  const { x, y, value } = groups(120, 4, 1);

  it('learns training rows by heart unless it is limited', async () => {
    const full = await new DecisionTree().fit({ x, y });
    expect(await full.predict(x)).toEqual(y);
    const small = await new DecisionTree({ maxDepth: 2 }).fit({ x, y });
    expect(depthOf(small.tree)).toBe(2);
  });

  it('keeps its limits on leaves and on what a question must save', async () => {
    const weights = someWeights(120, 3);
    const leafy = await new DecisionTree({ minLeafWeight: 9 }).fit({ x, y, weights });
    leafy.tree.feature.forEach((feature, node) => {
      if (feature < 0) expect(leafy.tree.weight[node]).toBeGreaterThanOrEqual(9);
    });
    const picky = await new DecisionTree({ minImpurityDecrease: 0.05 }).fit({ x, y });
    const { tree } = picky;
    tree.feature.forEach((feature, node) => {
      if (feature < 0) return;
      const part = (child: number) => tree.weight[child]! * tree.impurity[child]!;
      const saved =
        tree.weight[node]! * tree.impurity[node]! -
        part(tree.left[node]!) -
        part(tree.right[node]!);
      expect(saved / 120).toBeGreaterThanOrEqual(0.05 - 1e-12);
    });
  });

  it('tells leaves and paths, and both agree with the predictions', async () => {
    const model = (await new DecisionTree({ maxDepth: 4 }).fit({ x, y: value })) as TreeModel;
    const leaves = model.leaves(x);
    const predictions = await model.predictEncoded(x);
    model.paths(x).forEach((path, i) => {
      expect(path[0]).toBe(0);
      expect(path[path.length - 1]).toBe(leaves[i]);
      expect(model.tree.value[leaves[i]!]).toBe(predictions[i]);
    });
    for (const leaf of new Set(leaves)) {
      const own = value.filter((_, i) => leaves[i] === leaf);
      expect(model.tree.weight[leaf]).toBe(own.length);
      expect(model.tree.value[leaf]).toBeCloseTo(own.reduce((a, b) => a + b, 0) / own.length, 12);
    }
  });

  it('parts rows that no single question parts, as in XOR', async () => {
    const corners = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    const model = await new DecisionTree().fit({ x: corners, y: [0, 1, 1, 0] });
    expect(await model.predict(corners)).toEqual([0, 1, 1, 0]);
  });

  it('keeps rows together that no question can part', async () => {
    const model = await new DecisionTree().fit({ x: [[1], [1], [1]], y: [0, 1, 1] });
    expect(model).toBeInstanceOf(TreeClassifier);
    expect((await model.predictProba!([[5]])).data[1]).toBeCloseTo(2 / 3, 15);
  });

  it('puts thresholds between neighbouring doubles', async () => {
    const above = 1 + Number.EPSILON;
    const model = await new DecisionTree().fit({ x: [[1], [above]], y: [0, 1] });
    expect(await model.predict([[1], [above]])).toEqual([0, 1]);
  });

  it('measures entropy in bits', async () => {
    const model = await new DecisionTree({ criterion: 'entropy' }).fit({
      x: [[0], [1], [2], [3]],
      y: [0, 1, 2, 3],
    });
    expect(model.tree.impurity[0]).toBeCloseTo(2, 14);
    expect(await model.predict([[0], [1], [2], [3]])).toEqual([0, 1, 2, 3]);
  });

  it('refuses a stored tree that turns in a circle', async () => {
    const model = await new DecisionTree().fit({ x, y });
    const state = stateFromJson(JSON.parse(JSON.stringify(model)));
    const left = state.arrays['left']!;
    const looped = { ...left, data: left.data.map((child) => (child > 0 ? 0 : child)) };
    const bad = { ...state, arrays: { ...state.arrays, left: looped } };
    expect(() => DecisionTree.restore(bad, context)).toThrow('the nodes do not form a tree');
  });
});

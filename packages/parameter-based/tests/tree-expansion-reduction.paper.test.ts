import { DecisionTree } from '@graft-ml/learners';
import { TreeExpansionReduction } from '@graft-ml/parameter-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { goldenTree, labelsOf } from './support/trees.js';

const source = { x: [[0], [1], [4], [5]], y: ['a', 'a', 'b', 'b'] };

describe('the algorithm of expansion and reduction', () => {
  it('grows the leaf that target rows contradict, by hand', async () => {
    const known = await new DecisionTree().fit({ ...source, task: 'classification' });
    const labelled = { x: [[1], [2], [4]], y: ['a', 'b', 'b'] };
    const target = { x: [[0]], labelled };
    const model = await new TreeExpansionReduction().fit(
      { source, target },
      { sourceModels: [known] },
    );
    const [tree] = model.trees;
    expect(Array.from(tree!.threshold)).toEqual([2.5, 1.5, 0, 0, 0]);
    expect(await model.predict([[1.4], [1.6], [3]])).toEqual(['a', 'b', 'b']);
  });

  it('cuts back a question that a leaf answers as well', async () => {
    const labelled = { x: [[1], [4]], y: ['b', 'b'] };
    const target = { x: [[0]], labelled };
    const cut = await new TreeExpansionReduction().fit({ source, target });
    expect(Array.from(cut.trees[0]!.feature)).toEqual([-1]);
    expect(cut.diagnostics.facts).toEqual({ nodesBefore: [3], nodesAfter: [1] });
    const whole = await new TreeExpansionReduction({ reduce: false }).fit({ source, target });
    expect(Array.from(whole.trees[0]!.feature)).toEqual([0, -1, -1]);
  });

  it('leaves alone what no target row reaches', async () => {
    const labelled = { x: [[0], [1]], y: ['b', 'a'] };
    const model = await new TreeExpansionReduction().fit({
      source,
      target: { x: [[0]], labelled },
    });
    expect(await model.predict([[0], [1], [9]])).toEqual(['b', 'a', 'b']);
  });
});

describeGolden('param.tree.ser', (golden) => {
  it('gives the same tree and the same predictions', async () => {
    const { Xt, yt, Z } = golden.inputs;
    const x = rowsOf(Xt!);
    const y = yt!.data;
    const model = await new TreeExpansionReduction().fit(
      { source: { x, y }, target: { x, labelled: { x, y } } },
      { sourceModels: [goldenTree(golden, [0, 1])] },
    );
    const [tree] = model.trees;
    for (const name of ['feature', 'threshold', 'left', 'right'] as const) {
      expectGolden(golden, name, tree![name]);
    }
    expectGolden(golden, 'label', labelsOf(tree!));
    expectGolden(golden, 'pred', await model.predictEncoded(rowsOf(Z!)));
  });
});

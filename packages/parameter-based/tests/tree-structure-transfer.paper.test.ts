import { denseMatrix } from '@graft-ml/core';
import { TreeStructureTransfer } from '@graft-ml/parameter-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { chooseThreshold } from '../src/internal/structure-threshold.js';
import { goldenTree, labelsOf } from './support/trees.js';

const source = { x: [[0], [1], [4], [5]], y: ['a', 'a', 'b', 'b'] };

describe('the algorithm of structure transfer', () => {
  it('moves a threshold to where the target parts, by hand', async () => {
    const labelled = { x: [[10], [11], [12], [20]], y: ['a', 'a', 'b', 'b'] };
    const model = await new TreeStructureTransfer().fit({ source, target: { x: [[0]], labelled } });
    expect(Array.from(model.trees[0]!.threshold)).toEqual([11.5, 0, 0]);
    expect(await model.predict([[0], [11.4], [11.6]])).toEqual(['a', 'a', 'b']);
  });

  it('takes of two places that part equally well the one with the class shares of the source', () => {
    const y = Float64Array.of(0, 0, 1, 0, 0, 1, 1, 0, 1, 1);
    const n = y.length;
    const x = denseMatrix(n, 1, Float64Array.from(y.keys()));
    const task = { kind: 'classification', classes: ['a', 'b'] } as const;
    const rows = { x, y, task, nClasses: 2, all: Array.from(y.keys()) };
    const threshold = (left: number, right: number) =>
      chooseThreshold(rows, rows.all, 0, [
        Float64Array.of(1 - left, left),
        Float64Array.of(1 - right, right),
      ]);
    // Divergences computed directly for every midpoint that is a local maximum of the gain.
    const entropy = (p: number) =>
      p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    const share = (from: number, to: number) =>
      y.slice(from, to).reduce((sum, label) => sum + label, 0) / (to - from);
    const gains = Array.from({ length: n - 1 }, (_, k) => k + 1).map(
      (k) => -(k / n) * entropy(share(0, k)) - (1 - k / n) * entropy(share(k, n)),
    );
    const peaks = Array.from({ length: n - 3 }, (_, k) => k + 1).filter(
      (k) => gains[k]! > gains[k - 1]! && gains[k]! > gains[k + 1]!,
    );
    expect(peaks.length).toBeGreaterThan(1);
    const jsd = (p: number, q: number) => entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2;
    for (const [left, right] of [
      [0.3, 0.5],
      [0.5, 0.3],
      [0.2, 0.9],
    ] as const) {
      const scores = peaks.map((k) => {
        const part = (k + 1) / n;
        return -part * jsd(left, share(0, k + 1)) - (1 - part) * jsd(right, share(k + 1, n));
      });
      const best = peaks[scores.indexOf(Math.max(...scores))]!;
      expect(threshold(left, right)).toBe(best + 0.5);
    }
  });

  it('ends in a leaf where rows are of one class, share a value or are missing', async () => {
    const pure = { x: [[3], [9]], y: ['b', 'b'] };
    const one = await new TreeStructureTransfer().fit({
      source,
      target: { x: [[0]], labelled: pure },
    });
    expect(Array.from(one.trees[0]!.feature)).toEqual([-1]);
    const same = { x: [[3], [3], [3]], y: ['a', 'b', 'b'] };
    const two = await new TreeStructureTransfer().fit({
      source,
      target: { x: [[0]], labelled: same },
    });
    expect((await two.predictProba([[0]])).data[1]).toBeCloseTo(2 / 3, 12);
  });
});

describeGolden('param.tree.strut', (golden) => {
  it('gives the same tree and the same predictions', async () => {
    const { Xt, yt, Z } = golden.inputs;
    const x = rowsOf(Xt!);
    const y = yt!.data;
    const model = await new TreeStructureTransfer().fit(
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

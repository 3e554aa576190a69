import { isTransferError } from '@graft-ml/core';
import { FeatureAugmentation } from '@graft-ml/heterogeneous';
import { twoViews } from './support/views.js';

const { source, labelled, test } = twoViews(60, 8);
const input = { source, target: { x: test.x, labelled } };
const accuracyOf = (predicted: readonly unknown[]) =>
  predicted.filter((label, i) => label === test.y[i]).length / test.y.length;

describe('FeatureAugmentation', () => {
  it('classifies rows with other features from three labels per class: above 0.85', async () => {
    for (const kernel of ['rbf', 'linear'] as const) {
      const model = await new FeatureAugmentation({ kernel }).fit(input);
      expect([kernel, accuracyOf(await model.predict(test.x)) > 0.85]).toEqual([kernel, true]);
      expect(model.diagnostics.converged).toBe(true);
      expect(model.diagnostics.facts!['objectives']).toHaveLength(3);
    }
  });

  it('takes from the source the thresholds only', async () => {
    // Other source features, the same labels and as easily separable: scores differ by constants per class.
    const other = { x: source.x.map((row) => row.map((value) => value ** 3)), y: source.y };
    const method = new FeatureAugmentation({ targetCost: 1e-4 });
    const [one, two] = [await method.fit(input), await method.fit({ ...input, source: other })];
    const [p, q] = [one.scores(test.x), two.scores(test.x)];
    for (let c = 0; c < 3; c++) {
      const gap = (i: number) => p.data[3 * i + c]! - q.data[3 * i + c]!;
      for (let i = 1; i < 10; i++) expect(Math.abs(gap(i) - gap(0))).toBeLessThan(0.02);
    }
  });

  it('tells of classes without labelled rows, and refuses classes that the source lacks', async () => {
    const few = { x: labelled.x.slice(0, 2), y: labelled.y.slice(0, 2) };
    const model = await new FeatureAugmentation().fit({
      source,
      target: { x: test.x, labelled: few },
    });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
    const strange = { x: labelled.x.slice(0, 1), y: ['z'] };
    const error: unknown = await new FeatureAugmentation()
      .fit({ source, target: { x: test.x, labelled: strange } })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });
});

import { isTransferError } from '@graft-ml/core';
import { OptimalTransportLabelPropagation } from '@graft-ml/feature-based';
import { nearestAccuracy } from './support/measure.js';
import { movedRows, rowLabels } from './support/moved-groups.js';

const accuracyOf = (predicted: readonly unknown[]) =>
  predicted.filter((label, i) => label === rowLabels[i]).length / predicted.length;

describe('OptimalTransportLabelPropagation', () => {
  const source = { x: movedRows(0), y: rowLabels };
  const target = { x: movedRows(2.4) };

  it('labels groups that moved past each other: from 0.5 to above 0.95', async () => {
    const alone = await nearestAccuracy(source.x, rowLabels, target.x, rowLabels);
    expect(alone).toBeLessThan(0.6);
    for (const plan of ['exact', 'entropic', 'laplacian'] as const) {
      const method = new OptimalTransportLabelPropagation({ plan, regularization: 0.03 });
      const model = await method.fit({ source, target });
      expect([plan, accuracyOf(await model.predict(target.x)) > 0.95]).toEqual([plan, true]);
      expect(accuracyOf(await model.predict(movedRows(2.4, 5)))).toBeGreaterThan(0.9);
      expect(model.diagnostics.converged).toBe(true);
      expect(model.diagnostics.facts!['marginalError']).toBeLessThan(1e-8);
    }
  });

  it('stacks sources, and counts rows by their weights', async () => {
    const split = {
      sources: [
        { x: source.x.slice(0, 30), y: rowLabels.slice(0, 30) },
        { x: source.x.slice(30), y: rowLabels.slice(30) },
      ],
      target,
    };
    const method = new OptimalTransportLabelPropagation();
    const stacked = await method.fit({ source, target });
    expect((await method.fit(split)).shares).toEqual(stacked.shares);
    const weights = rowLabels.map((label) => (label === 'a' ? 1 : 0));
    const model = await method.fit({ source: { ...source, weights }, target });
    expect(new Set(await model.predict(target.x))).toEqual(new Set(['a']));
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
  });

  it('gives rows without mass the label of the nearest with some, and tells', async () => {
    const method = new OptimalTransportLabelPropagation({ plan: 'partial', mass: 0.5 });
    const model = await method.fit({
      source: { x: [[0], [9]], y: ['low', 'high'] },
      target: { x: [[1], [100]] },
    });
    expect(await model.predict([[1], [100]])).toEqual(['low', 'low']);
    const codes = model.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toEqual(['ROWS_UNREACHED', 'CLASS_MISSING']);
  });

  it('refuses a class penalty for values, and softmax without an entropic plan', async () => {
    const values = { x: [[0], [1]], y: [0.5, 1.5] };
    const fit = new OptimalTransportLabelPropagation({ plan: 'l1-l2' }).fit({
      source: values,
      target: { x: [[1]] },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(() => new OptimalTransportLabelPropagation({ newRows: 'softmax' })).toThrow(/entropic/);
  });
});

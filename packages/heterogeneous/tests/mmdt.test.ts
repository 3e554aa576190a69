import { isTransferError } from '@graft-ml/core';
import { MaxMarginTransform } from '@graft-ml/heterogeneous';
import { LinearSvm } from '@graft-ml/learners';
import { twoViews } from './support/views.js';

const { source, labelled, test } = twoViews(90, 8);
const few = { x: labelled.x.slice(0, 3), y: labelled.y.slice(0, 3) };
const input = { source, target: { x: test.x, labelled: few } };
const accuracyOf = (predicted: readonly unknown[]) =>
  predicted.filter((label, i) => label === test.y[i]).length / test.y.length;

describe('MaxMarginTransform', () => {
  it('classifies rows with other features from one label per class: above 0.65, where these labels alone give below 0.55', async () => {
    const model = await new MaxMarginTransform().fit(input);
    const alone = await new LinearSvm().fit(few);
    const [own, other] = [
      accuracyOf(await model.predict(test.x)),
      accuracyOf(await alone.predict(test.x)),
    ];
    expect(own).toBeGreaterThan(0.65);
    expect(other).toBeLessThan(0.55);
    expect(model.diagnostics.converged).toBe(true);
    expect(model.coefficients.columns).toBe(4);
  });

  it('lets source rows count by their weights', async () => {
    const weights = source.y.map(() => 2);
    const [one, two] = await Promise.all([
      new MaxMarginTransform({ sourceCost: 0.1 }).fit(input),
      new MaxMarginTransform({ sourceCost: 0.05 }).fit({
        ...input,
        source: { ...source, weights },
      }),
    ]);
    one.coefficients.data.forEach((value, p) =>
      expect(value).toBeCloseTo(two.coefficients.data[p]!, 4),
    );
  });

  it('tells of classes without labelled rows, and refuses classes that the source lacks', async () => {
    const two = { x: few.x.slice(0, 2), y: few.y.slice(0, 2) };
    const model = await new MaxMarginTransform().fit({
      source,
      target: { x: test.x, labelled: two },
    });
    expect(model.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_MISSING']);
    const strange = { x: few.x.slice(0, 1), y: ['z'] };
    const error: unknown = await new MaxMarginTransform()
      .fit({ source, target: { x: test.x, labelled: strange } })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
  });
});

import { isTransferError } from '@graft-ml/core';
import { AsymmetricTransform } from '@graft-ml/heterogeneous';
import { LogisticRegression } from '@graft-ml/learners';
import { twoViews, unit } from './support/views.js';

const views = twoViews(90, 8);
const source = { x: unit(views.source.x), y: views.source.y };
const labelled = { x: unit(views.labelled.x), y: views.labelled.y };
const test = { x: unit(views.test.x), y: views.test.y };
const input = { source, target: { x: test.x, labelled } };

describe('AsymmetricTransform', () => {
  it('makes a source classifier right about rows with other features', async () => {
    const { problem, fitted } = await new AsymmetricTransform().fit(input);
    const model = await new LogisticRegression().fit(problem);
    const predicted = await model.predict(problem.target.x);
    const right = predicted.filter((label, i) => label === test.y[i]).length / test.y.length;
    expect(right).toBeGreaterThan(0.9);
    expect(fitted.diagnostics.converged).toBe(true);
    expect(problem.target.x.columns).toBe(6);
    expect(problem.target.features).toEqual(problem.sources[0]!.features);
  });

  it('tells of classes without labelled rows and of an early end', async () => {
    const few = { x: labelled.x.slice(0, 2), y: labelled.y.slice(0, 2) };
    const method = new AsymmetricTransform({ maxIterations: 1 });
    const { fitted } = await method.fit({ source, target: { x: test.x, labelled: few } });
    const codes = fitted.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toEqual(['CLASS_MISSING', 'NOT_CONVERGED']);
  });

  it('refuses classes that the source lacks, and thresholds the wrong way round', async () => {
    const strange = { x: labelled.x.slice(0, 1), y: ['z'] };
    const error: unknown = await new AsymmetricTransform()
      .fit({ source, target: { x: test.x, labelled: strange } })
      .catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(() => new AsymmetricTransform({ lower: 2 })).toThrow(/below "upper"/);
  });
});

import { isTransferError } from '@graft-ml/core';
import { SpectralFeatureAlignment } from '@graft-ml/feature-based';
import { opinionAccuracies } from './support/reviews.js';

describe('SpectralFeatureAlignment', () => {
  it('carries words across domains: logistic regression from 0.81 to above 0.93', async () => {
    const method = new SpectralFeatureAlignment({ nIndependent: 10, nComponents: 2, weight: 6 });
    const { raw, adapted } = await opinionAccuracies(method);
    expect(raw).toBeLessThan(0.82);
    expect(adapted).toBeGreaterThan(0.93);
  });

  it('finds the features that do not tell the domain, and leaves them out of the new ones', async () => {
    const method = new SpectralFeatureAlignment({ nIndependent: 10, nComponents: 3 });
    const { fitted, problem } = await opinionAccuracies(method);
    const common = Array.from({ length: 10 }, (_, j) => `f${j}`);
    expect(fitted.diagnostics.facts?.['independent']).toEqual(common);
    expect(fitted.combinations.data.subarray(0, 30)).toEqual(new Float64Array(30));
    expect(problem.target.x.columns).toBe(33);
  });

  it('says so where no feature is common to the domains', async () => {
    const fit = new SpectralFeatureAlignment().fit({
      source: { x: Array.from({ length: 9 }, (_, i) => [i % 2, 0]) },
      target: { x: Array.from({ length: 9 }, (_, i) => [0, i % 2]) },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_DATA')).toBe(true);
    expect(String(error)).toContain('minOccurrences');
  });
});

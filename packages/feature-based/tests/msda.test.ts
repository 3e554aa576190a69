import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { largestGap, valuesOf } from './support/measure.js';
import { opinionAccuracies, reviews } from './support/reviews.js';

describe('MarginalizedDenoising', () => {
  it('carries words across domains: logistic regression from 0.81 to above 0.95', async () => {
    const method = new MarginalizedDenoising({ nLayers: 3, corruption: 0.8 });
    const { raw, adapted } = await opinionAccuracies(method);
    expect(raw).toBeLessThan(0.82);
    expect(adapted).toBeGreaterThan(0.95);
  });

  it('keeps the features and adds as many per layer', async () => {
    const { xs, xt } = reviews();
    const method = new MarginalizedDenoising({ nLayers: 3 });
    const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(problem.target.x.columns).toBe(120);
    expect(problem.target.features.names).toHaveLength(120);
    expect(largestGap(valuesOf(problem.target.x).subarray(0, 30), xt[0]!)).toBe(0);
  });
});

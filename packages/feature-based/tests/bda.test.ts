import { BalancedDistributionAdaptation, type BdaOptions } from '@graft-ml/feature-based';
import { largestGap, nearestAccuracy } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

async function fit(options: BdaOptions) {
  const { xs, xt } = movedClasses();
  const method = new BalancedDistributionAdaptation({ nComponents: 3, ...options });
  return method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
}

async function accuracyAt(balance: number): Promise<number> {
  const { problem } = await fit({ balance });
  return nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
}

describe('BalancedDistributionAdaptation', () => {
  it('gains from class means where classes move apart: 0.70 without, above 0.9 with', async () => {
    expect(await accuracyAt(0)).toBeLessThan(0.75);
    expect(await accuracyAt(0.5)).toBeGreaterThan(0.9);
  });

  it('finds the same in every round where only overall means count', async () => {
    const { fitted } = await fit({ balance: 0 });
    expect(fitted.diagnostics.converged).toBe(true);
    expect(fitted.diagnostics.iterations).toBe(2);
  });

  it('weighs classes alike where proportions are equal in both domains', async () => {
    const once = { balance: 1, maxIterations: 1 };
    const equal = await fit(once);
    const prior = await fit({ ...once, classWeights: 'prior' });
    expect(largestGap(equal.fitted.values, prior.fitted.values)).toBe(0);
  });
});

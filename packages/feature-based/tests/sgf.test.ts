import { SamplingGeodesicFlow } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

/** Two classes along a direction that turns by 60° between the domains; a third feature is noise. */
function turnedSubspaces() {
  const random = randomSource(12);
  const labels = Array.from({ length: 100 }, (_, i) => (i % 2 ? 'up' : 'down'));
  const rows = (angle: number) =>
    labels.map((label) => {
      const along = (label === 'up' ? 3 : -3) + random.normal();
      const noise = Array.from({ length: 20 }, () => 0.8 * random.normal());
      return [along * Math.cos(angle), along * Math.sin(angle), ...noise];
    });
  return { xs: rows(0), xt: rows((80 / 180) * Math.PI), labels };
}

describe('SamplingGeodesicFlow', () => {
  it('raises 1-NN accuracy from below 0.8 to above 0.95 where a direction turns by 80°', async () => {
    const { xs, xt, labels } = turnedSubspaces();
    const method = new SamplingGeodesicFlow({ nComponents: 1 });
    const { problem } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    expect(await nearestAccuracy(xs, labels, xt, labels)).toBeLessThan(0.8);
    const adapted = await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    expect(adapted).toBeGreaterThan(0.95);
  });

  it('maps both domains alike, each subspace to as many features as it has dimensions', async () => {
    const { xs, xt } = turnedSubspaces();
    const method = new SamplingGeodesicFlow({ nComponents: 3, nSubspaces: 5 });
    const { problem, fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(problem.target.x.columns).toBe(15);
    const [a, b] = [await fitted.transform(xs, 'source'), await fitted.transform(xs, 'target')];
    expect(largestGap(valuesOf(a), valuesOf(b))).toBe(0);
    expect(fitted.diagnostics.facts?.['angles']).toHaveLength(3);
  });
});

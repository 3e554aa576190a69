import { GeodesicFlowKernel } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 60 }, (_, i) => i % 2);

/** Two classes along an axis that turns by 40 degrees; the other features are quiet noise in one domain, loud in the other. */
function turned() {
  const random = randomSource(17);
  const rows = (angle: number, loud: readonly number[]) =>
    labels.map((label) => {
      const along = (label ? 4 : -4) + random.normal();
      return [
        along * Math.cos(angle),
        along * Math.sin(angle),
        ...loud.map((size) => size * random.normal()),
      ];
    });
  return { xs: rows(0, [3, 3, 3, 0.2]), xt: rows(0.7, [0.2, 3, 3, 3]) };
}

describe('GeodesicFlowKernel', () => {
  it('keeps 1-NN accurate with one component where all features together mislead it', async () => {
    const { xs, xt } = turned();
    const method = new GeodesicFlowKernel({ nComponents: 1 });
    const { problem } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    const adapted = await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    expect(adapted).toBeGreaterThan(0.98);
    expect(adapted).toBeGreaterThanOrEqual(await nearestAccuracy(xs, labels, xt, labels));
  });

  it('maps rows of both domains alike, into twice the dimension of the subspaces', async () => {
    const { xs, xt } = turned();
    const { fitted } = await new GeodesicFlowKernel({ nComponents: 2 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const asSource = await fitted.transform(xs, 'source');
    expect(asSource.columns).toBe(4);
    expect(valuesOf(asSource)).toEqual(valuesOf(await fitted.transform(xs, 'target')));
  });

  it('does not depend on a rotation of all features', async () => {
    const { xs, xt } = turned();
    const spun = (rows: number[][]) =>
      rows.map(([a = 0, b = 0, ...rest]) => [0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b, ...rest]);
    const gram = async (source: number[][], target: number[][]) => {
      const method = new GeodesicFlowKernel({ nComponents: 2 });
      const { problem } = await method.fit({ source: { x: source }, target: { x: target } });
      const z = valuesOf(problem.target.x);
      return Float64Array.from({ length: 60 }, (_, i) =>
        z.subarray(0, 4).reduce((sum, value, j) => sum + value * z[i * 4 + j]!, 0),
      );
    };
    expect(largestGap(await gram(xs, xt), await gram(spun(xs), spun(xt)))).toBeLessThan(1e-9);
  });

  it('finds a dimension by the disagreement of subspaces', async () => {
    const { xs, xt } = turned();
    const method = new GeodesicFlowKernel({ nComponents: 'disagreement' });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const count = fitted.diagnostics.facts!['nComponents'] as number;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(3);
  });
});

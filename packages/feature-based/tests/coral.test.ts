import { denseMatrix, isTransferError, toDense } from '@graft-ml/core';
import { Coral } from '@graft-ml/feature-based';
import { columnMeans, covariance, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy } from './support/measure.js';

/** Two classes apart in the first feature; the other twenty are noise, loud in the source and quiet in the target. */
function shiftedClasses() {
  const random = randomSource(3);
  const labels = Array.from({ length: 80 }, (_, i) => i % 2);
  const rows = (noise: number) =>
    labels.map((label) => [
      (label ? 1 : -1) + 0.5 * random.normal(),
      ...Array.from({ length: 20 }, () => noise * random.normal()),
    ]);
  return { xs: rows(6), xt: rows(0.3), y: labels.map((label) => (label ? 'up' : 'down')) };
}

describe('Coral', () => {
  it('gives the source the covariance of the target where regularization is 0', async () => {
    const { xs, xt } = shiftedClasses();
    const { problem } = await new Coral({ regularization: 0 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const moved = covariance(referenceLinearAlgebra, problem.sources[0]!.x);
    const wanted = covariance(referenceLinearAlgebra, problem.target.x);
    expect(largestGap(moved.data, wanted.data)).toBeLessThan(1e-10);
  });

  it('raises 1-NN accuracy from below 0.61 to above 0.9 on classes drowned in source noise', async () => {
    const { xs, xt, y } = shiftedClasses();
    const input = { source: { x: xs, y }, target: { x: xt } };
    const { problem } = await new Coral({ regularization: 0 }).fit(input);
    const raw = await nearestAccuracy(xs, y, xt, y);
    const adapted = await nearestAccuracy(problem.sources[0]!.x, y, problem.target.x, y);
    expect(raw).toBeLessThan(0.61);
    expect(adapted).toBeGreaterThan(0.9);
  });

  it('leaves the target as it is, and its means to others, unless told to centre', async () => {
    const { xs, xt } = shiftedClasses();
    const input = { source: { x: xs }, target: { x: xt.map((row) => row.map((v) => v + 7)) } };
    const plain = await new Coral().fit(input);
    expect(toDense(plain.problem.target.x).data).toEqual(Float64Array.from(input.target.x.flat()));
    const { problem } = await new Coral({ centring: 'both' }).fit(input);
    for (const x of [problem.sources[0]!.x, problem.target.x]) {
      expect(Math.max(...columnMeans(x).map(Math.abs))).toBeLessThan(1e-12);
    }
  });

  it('moves each of several sources with a map of its own', async () => {
    const { xs, xt } = shiftedClasses();
    const wide = xs.map((row) => row.map((value) => 5 * value));
    const { problem, fitted } = await new Coral({ regularization: 0 }).fit({
      sources: [{ x: xs }, { x: wide }],
      target: { x: xt },
    });
    expect(fitted.maps).toHaveLength(2);
    const first = toDense(problem.sources[0]!.x).data;
    expect(largestGap(first, toDense(problem.sources[1]!.x).data)).toBeLessThan(1e-10);
    const again = await fitted.transform(wide.slice(0, 1), { source: 1 });
    expect(largestGap(toDense(again).data, first.slice(0, 21))).toBeLessThan(1e-10);
  });

  it('counts source rows by their weights', async () => {
    const { xs, xt } = shiftedClasses();
    const weights = xs.map((_, i) => (i < 40 ? 2 : 0));
    const weighted = await new Coral().fit({ source: { x: xs, weights }, target: { x: xt } });
    const half = await new Coral().fit({ source: { x: xs.slice(0, 40) }, target: { x: xt } });
    expect(largestGap(weighted.fitted.maps[0]!.data, half.fitted.maps[0]!.data)).toBeLessThan(
      1e-12,
    );
  });

  it('refuses a singular source covariance without regularization and says what to do', async () => {
    const x = denseMatrix(3, 2, Float64Array.of(1, 2, 2, 4, 3, 6));
    const fit = new Coral({ regularization: 0 }).fit({ source: { x }, target: { x } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'NUMERICAL')).toBe(true);
    expect(String(error)).toContain('regularization');
  });
});

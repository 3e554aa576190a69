import { isTransferError, toDense } from '@graft-ml/core';
import { SubspaceAlignment } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

/** Two classes in a plane of 6-space; the target lies in a plane turned away from it and moved. */
function turnedPlane() {
  const random = randomSource(8);
  const y = Array.from({ length: 60 }, (_, i) => i % 2);
  const plane = () =>
    y.map((label) => [3 * random.normal(), (label ? 2 : -2) + 0.7 * random.normal()]);
  const noise = () => 0.05 * random.normal();
  const place = (rows: number[][], axes: number[][]) =>
    rows.map(([a = 0, b = 0]) => axes.map(([p = 0, q = 0]) => a * p + b * q + noise()));
  const xs = place(plane(), [
    [1, 0],
    [0, 1],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  const xt = place(plane(), [
    [0.8, 0],
    [0, 0.8],
    [0.6, 0],
    [0, 0.6],
    [0, 0],
    [0, 0],
  ]).map(([a = 0, b = 0, ...rest]) => [a, b + 4, ...rest]);
  return { xs, xt, y };
}

describe('SubspaceAlignment', () => {
  it('raises 1-NN accuracy from below 0.8 to above 0.95 where the plane of the data has turned and moved', async () => {
    const { xs, xt, y } = turnedPlane();
    const { problem } = await new SubspaceAlignment({ nComponents: 2 }).fit({
      source: { x: xs, y },
      target: { x: xt },
    });
    const adapted = await nearestAccuracy(problem.sources[0]!.x, y, problem.target.x, y);
    expect(await nearestAccuracy(xs, y, xt, y)).toBeLessThan(0.8);
    expect(adapted).toBeGreaterThan(0.95);
  });

  it('gives both domains the same columns, named after components', async () => {
    const { xs, xt } = turnedPlane();
    const { problem, fitted } = await new SubspaceAlignment({ nComponents: 3 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    expect(problem.sources[0]!.features).toEqual(problem.target.features);
    expect(problem.target.features.names).toEqual(['component 1', 'component 2', 'component 3']);
    expect(fitted.diagnostics.facts!['varianceKept']).toEqual([
      expect.closeTo(1, 2),
      expect.closeTo(1, 2),
    ]);
  });

  it('aligns each of several sources on its own', async () => {
    const { xs, xt } = turnedPlane();
    const both = await new SubspaceAlignment().fit({
      sources: [{ x: xs }, { x: xt }],
      target: { x: xt },
    });
    expect(
      largestGap(valuesOf(both.problem.sources[1]!.x), valuesOf(both.problem.target.x)),
    ).toBeLessThan(1e-10);
  });

  it('refuses more components than the smallest domain has', async () => {
    const { xs, xt } = turnedPlane();
    const fit = new SubspaceAlignment({ nComponents: 5 }).fit({
      source: { x: xs },
      target: { x: xt.slice(0, 4) },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
    expect(String(error)).toContain('at most 3');
  });

  it('finds the same axes from inner products of rows as from the covariance', async () => {
    const { xs, xt } = turnedPlane();
    const wide = (rows: number[][]) =>
      rows.map((row) => [...row, ...new Array<number>(80).fill(0)]);
    const options = { nComponents: 2 };
    const narrow = await new SubspaceAlignment(options).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const padded = await new SubspaceAlignment(options).fit({
      source: { x: wide(xs) },
      target: { x: wide(xt) },
    });
    const gap = largestGap(
      toDense(narrow.problem.sources[0]!.x).data,
      toDense(padded.problem.sources[0]!.x).data,
    );
    expect(gap).toBeLessThan(1e-9);
  });
});

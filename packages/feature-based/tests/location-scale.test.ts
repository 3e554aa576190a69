import { LocationScaleShift } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 90 }, (_, i) => ['a', 'b', 'c'][i % 3]!);

/** Three groups; in the target the first has moved towards where the second was, and the spreads have changed. */
function rows(seed: number, moved: boolean): number[][] {
  const random = randomSource(seed);
  return labels.map((_, i) => {
    const c = i % 3;
    const [x, y] = [
      [0, 0],
      [3, 0],
      [0, 3],
    ][c]!;
    const [u, v] = moved
      ? [
          [1.4, 0.2],
          [1.8, -0.5],
          [0.8, -1],
        ][c]!
      : [0, 0];
    const spread = moved ? [0.6, 0.3, 0.4][c]! : 0.5;
    return [x! + u! + spread * random.normal(), y! + v! + spread * random.normal()];
  });
}

const source = { x: rows(1, false), y: labels };
const target = { x: rows(2, true) };

describe('LocationScaleShift', () => {
  it('moves each class its own way: 1-NN from below 0.87 to above 0.94', async () => {
    const before = await nearestAccuracy(source.x, labels, target.x, labels);
    const { problem, fitted } = await new LocationScaleShift().fit({ source, target });
    const after = await nearestAccuracy(problem.sources[0]!.x, labels, target.x, labels);
    expect(before).toBeLessThan(0.87);
    expect(after).toBeGreaterThan(0.94);
    const { facts, converged, stopReason } = fitted.diagnostics;
    expect([converged, stopReason]).toEqual([true, 'gradient']);
    const { squaredDiscrepanciesBefore: first, squaredDiscrepanciesAfter: last } = facts as Record<
      string,
      number[]
    >;
    expect(last![0]!).toBeLessThan(0.1 * first![0]!);
  });

  it('moves new source rows as their nearest neighbour, and leaves target rows', async () => {
    const { problem, fitted } = await new LocationScaleShift().fit({ source, target });
    const again = await fitted.transform(source.x, 'source');
    expect(valuesOf(again)).toEqual(valuesOf(problem.sources[0]!.x));
    const fresh = await fitted.transform(rows(3, false), 'source');
    expect(await nearestAccuracy(fresh, labels, target.x, labels)).toBeGreaterThan(0.9);
    expect(valuesOf(await fitted.transform([[1, 2]], 'target'))).toEqual(Float64Array.of(1, 2));
  });

  it('follows a scale that depends on the value of a regression', async () => {
    const random = randomSource(7);
    const y = Array.from({ length: 80 }, () => 4 * random.uniform() + 0.01);
    const x = y.map((value) => [value, Math.sin(value) + 0.1 * random.normal()]);
    const xt = x.map(([a, b], i) => [a! + 0.3 * y[i]!, b!]);
    const { problem } = await new LocationScaleShift().fit({ source: { x, y }, target: { x: xt } });
    const far = (rowsLeft: ArrayLike<number>) =>
      xt.reduce((sum, [a], i) => sum + Math.abs(rowsLeft[2 * i]! - a!) / xt.length, 0);
    expect(far(x.flat())).toBeGreaterThan(0.5);
    expect(far(valuesOf(problem.sources[0]!.x))).toBeLessThan(0.25);
  });

  it('draws rows where there are many, the same for the same seed', async () => {
    const method = new LocationScaleShift({ maxRows: 60 });
    const [one, two, other] = await Promise.all(
      [3, 3, 4].map(async (seed) => {
        const { problem } = await method.fit({ source, target }, { seed });
        return valuesOf(problem.sources[0]!.x);
      }),
    );
    expect(one).toEqual(two);
    expect(largestGap(one!, other!)).toBeGreaterThan(0);
    expect(largestGap(one!, other!)).toBeLessThan(1);
  });

  it('says when it ran out of iterations', async () => {
    const { fitted } = await new LocationScaleShift({ maxIterations: 1 }).fit({ source, target });
    expect(fitted.diagnostics.converged).toBe(false);
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
  });
});

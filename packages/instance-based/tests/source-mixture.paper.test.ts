import { SourceMixture } from '@graft-ml/instance-based';
import { projectOnSimplex } from '@graft-ml/numerics';
import { fact } from './support/boosting.js';
import { largestGap, mean } from './support/measure.js';

const gamma = 0.3;
const kernel = (x: readonly number[], y: readonly number[]) =>
  Math.exp(-gamma * x.reduce((sum, value, j) => sum + (value - y[j]!) ** 2, 0));
const sources = [
  { x: [[0], [1], [0.5]], y: ['a', 'b', 'a'] },
  { x: [[2], [3]], y: ['b', 'a'] },
  { x: [[-1], [-2], [-1.5], [0]], y: ['a', 'a', 'b', 'b'] },
];
const target = {
  x: [[0.4], [2.4], [2.6], [1]],
  labelled: { x: [[0.2], [2.2], [0.8]], y: ['a', 'b', 'b'] },
};

/** ‖Σ λₖ·mean φ(sₖ) − mean φ(t)‖² by its definition, pair by pair of rows. */
function distance(
  shares: ArrayLike<number>,
  parts: readonly (readonly number[][])[],
  goal: readonly number[][],
  same: (part: number, i: number, other: number, j: number) => number = () => 1,
): number {
  const all = [...parts, goal];
  const factors = [...Array.from(shares), -1];
  let value = 0;
  for (const [k, rows] of all.entries())
    for (const [l, others] of all.entries())
      for (const [i, x] of rows.entries())
        for (const [j, y] of others.entries())
          value +=
            ((factors[k]! * factors[l]!) / (rows.length * others.length)) *
            same(k, i, l, j) *
            kernel(x, y);
  return value;
}

/** Its minimum over the simplex by projected gradients, derivatives by differences. */
function minimum(value: (shares: Float64Array) => number): number {
  let shares = Float64Array.of(1 / 3, 1 / 3, 1 / 3);
  for (let round = 0; round < 4000; round++) {
    const slope = shares.map((_, k) => {
      const [up, down] = [1e-4, -1e-4].map((by) => shares.map((s, l) => (k === l ? s + by : s)));
      return (value(up!) - value(down!)) / 2e-4;
    });
    shares = projectOnSimplex(shares.map((share, k) => share - 0.2 * slope[k]!)) as typeof shares;
  }
  return value(shares);
}

describe('the formula of the source mixture', () => {
  it('is the squared distance of kernel means, and its shares have the least', async () => {
    const { fitted } = await new SourceMixture({ gamma }).fit({ sources, target });
    const value = (shares: ArrayLike<number>) =>
      distance(
        shares,
        sources.map(({ x }) => x),
        target.x,
      );
    const reached = value(fact(fitted, 'shares'));
    expect(fact(fitted, 'mmd2')[0]).toBeCloseTo(reached, 10);
    expect(reached - minimum(value)).toBeLessThan(1e-7);
    expect(fact(fitted, 'mmd2Pooled')[0]).toBeCloseTo(value([3 / 9, 2 / 9, 4 / 9]), 10);
    expect(
      largestGap(
        fact(fitted, 'mmd2OfSources'),
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ].map(value),
      ),
    ).toBeLessThan(1e-10);
  });

  it('counts pairs of rows with one label alone where labels are matched', async () => {
    const options = { gamma, match: 'rows and labels' } as const;
    const { fitted } = await new SourceMixture(options).fit({ sources, target });
    const labels = [...sources.map(({ y }) => y), target.labelled.y];
    const value = (shares: ArrayLike<number>) =>
      distance(
        shares,
        sources.map(({ x }) => x),
        target.labelled.x,
        (k, i, l, j) => (labels[k]![i] === labels[l]![j] ? 1 : 0),
      );
    const reached = value(fact(fitted, 'shares'));
    expect(fact(fitted, 'mmd2')[0]).toBeCloseTo(reached, 10);
    expect(reached - minimum(value)).toBeLessThan(1e-7);
  });

  it('weighs the rows of source k with λₖ·N/nₖ, in proportion to weights from before', async () => {
    const given = sources.map((source, k) => (k === 1 ? { ...source, weights: [3, 1] } : source));
    const { problem, fitted } = await new SourceMixture({ gamma }).fit({ sources: given, target });
    const shares = fact(fitted, 'shares');
    problem.sources.forEach(({ weights }, k) => {
      expect(mean(weights!)).toBeCloseTo((shares[k]! * 9) / weights!.length, 12);
    });
    const [heavy, light] = problem.sources[1]!.weights!;
    expect(heavy).toBeCloseTo(3 * light!, 12);
  });
});

import { denseMatrix, toDense } from '@graft-ml/core';
import { sumOf } from '../../src/transport/checks.js';
import { optimalTransport, type TransportPlan } from '../../src/transport/optimal-transport.js';
import { errorOf } from '../support/matrices.js';
import { numbers, weights, type Problem } from './problems.js';
import { forEachSolver } from './solvers.js';

type Draw = (next: () => number, n: number, m: number) => number[];

const entries =
  (entry: (next: () => number) => number): Draw =>
  (next, n, m) =>
    Array.from({ length: n * m }, () => entry(next));

/** Costs whose magnitudes lie so far apart that sums of them lose the small ones. */
const kinds: readonly (readonly [string, Draw])[] = [
  ['from 1e-300 to 1e300', entries((next) => 10 ** (600 * next() - 300))],
  [
    'of both signs from 1e-90 to 1e90',
    entries((next) => (next() - 0.5) * 10 ** (180 * next() - 90)),
  ],
  [
    'zero, subnormal or ordinary',
    entries((next) => [0, 5e-324, 1e-310, next()][Math.floor(4 * next())]),
  ],
  [
    'whole, with a few that forbid',
    entries((next) => (next() < 0.2 ? 1e20 : Math.floor(4 * next()))),
  ],
  [
    'of points on a line that all but coincide',
    (next, n, m) => {
      const points = (count: number): number[] =>
        Array.from({ length: count }, () =>
          next() < 0.5 ? Math.floor(5 * next()) - 2 : 10 ** (-10 - 190 * next()),
        );
      const targets = points(m);
      const power = [1, 1.5, 2][Math.floor(3 * next())];
      return points(n).flatMap((x) => targets.map((y) => Math.abs(x - y) ** power));
    },
  ],
];

/** What rounding errors are relative to. */
function largestPotential({ sourcePotentials, targetPotentials }: TransportPlan): number {
  return [...sourcePotentials, ...targetPotentials].reduce((a, b) => Math.max(a, Math.abs(b)), 0);
}

/** The cheapest pairing of n rows with n columns, by trying all. */
function cheapestPairing(cost: Float64Array, n: number): number {
  const search = (row: number, used: number, sum: number): number => {
    if (row === n) return sum;
    let least = Infinity;
    for (let j = 0; j < n; j++) {
      if ((used & (1 << j)) !== 0) continue;
      least = Math.min(least, search(row + 1, used | (1 << j), sum + cost[row * n + j]));
    }
    return least;
  };
  return search(0, 0, 0);
}

forEachSolver((engine) => {
  describe.each(kinds)('optimalTransport with costs %s', (_, draw) => {
    it('pairs as cheaply as the best of all pairings, up to rounding of the potentials', () => {
      for (let trial = 0; trial < 100; trial++) {
        const next = numbers(trial + 1);
        const n = 1 + Math.floor(next() * 6);
        const cost = denseMatrix(n, n, Float64Array.from(draw(next, n, n)));
        if (trial % 3 === 1 && n > 1) cost.data.copyWithin(n, 0, n);
        const ones = new Float64Array(n).fill(1);
        const solved = optimalTransport(cost, {
          ...{ sourceWeights: ones, targetWeights: ones, maxIterations: 1000 },
          ...engine(),
        });
        expect(solved.diagnostics.reason).toBe('optimal');
        const excess = solved.cost - cheapestPairing(cost.data, n);
        expect(Math.abs(excess)).toBeLessThanOrEqual(1e-14 * n * largestPotential(solved));
      }
    });

    it('ends with prices that are feasible and cost as much as the plan', () => {
      for (let trial = 0; trial < 100; trial++) {
        const next = numbers(500 + trial);
        const n = 1 + Math.floor(next() * 25);
        const m = 1 + Math.floor(next() * 25);
        const cost = denseMatrix(n, m, Float64Array.from(draw(next, n, m)));
        for (let i = 2; trial % 3 === 1 && i < n; i += 2) cost.data.copyWithin(i * m, 0, m);
        const problem = {
          cost,
          sourceWeights: trial % 2 === 0 ? new Float64Array(n).fill(1 / n) : weights(n, next, 4),
          targetWeights: trial % 2 === 0 ? new Float64Array(m).fill(1 / m) : weights(m, next, 4),
        };
        const solved = optimalTransport(cost, { ...problem, ...engine(), maxIterations: 5000 });
        expect(solved.diagnostics.reason).toBe('optimal');
        expectNoBetter(problem, solved);
      }
    });
  });
});

/** Feasible plan, feasible prices, no gap between them: each up to rounding. */
function expectNoBetter(
  { cost, sourceWeights, targetWeights }: Problem,
  solved: TransportPlan,
): void {
  const { rows, columns, data } = cost;
  const { sourcePotentials: u, targetPotentials: v } = solved;
  const rounding = 1e-14 * (rows + columns);
  const scale = largestPotential(solved);
  const plan = toDense(solved.plan).data;
  const left = [sourceWeights.slice(), targetWeights.slice()];
  let infeasible = 0;
  for (let p = 0; p < data.length; p++) {
    const [i, j] = [Math.floor(p / columns), p % columns];
    left[0][i] -= plan[p];
    left[1][j] -= plan[p];
    const allowed = rounding * Math.max(scale, Math.abs(data[p]));
    if (data[p] - u[i] - v[j] < -allowed || plan[p] < 0) infeasible++;
  }
  expect(infeasible).toBe(0);
  expect(Math.max(...left.flatMap((side) => Array.from(side, Math.abs)))).toBeLessThan(1e-14);
  const dual =
    sumOf(sourceWeights.map((weight, i) => weight * u[i])) +
    sumOf(targetWeights.map((weight, j) => weight * v[j]));
  expect(Math.abs(solved.cost - dual)).toBeLessThanOrEqual(rounding * scale);
}

describe('optimalTransport', () => {
  it('refuses costs whose sums are not finite', () => {
    const cost = denseMatrix(1, 2, Float64Array.of(1e300, -1.1e300));
    expect(errorOf(() => optimalTransport(cost), 'INVALID_DATA')).toMatchObject({ firstIndex: 1 });
  });
});

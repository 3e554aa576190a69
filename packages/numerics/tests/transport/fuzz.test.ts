import { denseMatrix, toDense, type DenseMatrix } from '@graft-ml/core';
import {
  linearAssignment,
  optimalTransport,
  partialTransport,
  wassersteinDistance1d,
} from '@graft-ml/numerics';
import { numbers } from './problems.js';

/** Whole-number masses with that sum, about every third of them zero. */
function wholeMasses(count: number, total: number, next: () => number): Float64Array {
  const masses = new Float64Array(count);
  const open = Array.from({ length: count }, (_, i) => i).filter((i) => i === 0 || next() < 0.7);
  for (let unit = 0; unit < total; unit++) masses[open[Math.floor(next() * open.length)]]++;
  return masses;
}

/** The cost of each unit of the source to each unit of the target: a pairing is then a plan. */
function costOfUnits(cost: DenseMatrix, a: Float64Array, b: Float64Array): DenseMatrix {
  const units = (masses: Float64Array): number[] =>
    Array.from(masses).flatMap((mass, i) => new Array<number>(mass).fill(i));
  const [rows, columns] = [units(a), units(b)];
  const data = rows.flatMap((i) => columns.map((j) => cost.data[i * cost.columns + j]));
  return denseMatrix(rows.length, columns.length, Float64Array.from(data));
}

const costs: readonly (readonly [
  string,
  (next: () => number, n: number, m: number) => number[],
])[] = [
  ['evenly spread', (next, n, m) => Array.from({ length: n * m }, next)],
  ['whole, with ties', (next, n, m) => Array.from({ length: n * m }, () => Math.floor(next() * 4))],
  ['negative', (next, n, m) => Array.from({ length: n * m }, () => next() - 0.8)],
  ['of many scales', (next, n, m) => Array.from({ length: n * m }, () => 10 ** (12 * next() - 6))],
  [
    'of points on a grid, many of them equal',
    (next, n, m) => {
      const points = (count: number): number[][] =>
        Array.from({ length: count }, () => [Math.floor(next() * 3), Math.floor(next() * 3)]);
      const targets = points(m);
      return points(n).flatMap(([x, y]) => targets.map(([s, t]) => (x - s) ** 2 + (y - t) ** 2));
    },
  ],
  [
    'equal up to potentials, so that every plan is optimal',
    (next, n, m) => {
      const [u, v] = [n, m].map((count) => Array.from({ length: count }, next));
      return u.flatMap((x) => v.map((y) => x + y));
    },
  ],
];

describe.each(costs)('optimalTransport with costs %s', (_, draw) => {
  it('costs what the best pairing of units costs, in 120 problems of all shapes', () => {
    for (let trial = 0; trial < 120; trial++) {
      const next = numbers(trial + 1);
      const shape = trial % 6;
      const n = shape === 0 ? 1 : 1 + Math.floor(next() * 12);
      const m = shape === 1 ? 1 : shape === 2 ? n : 1 + Math.floor(next() * 12);
      const cost = denseMatrix(n, m, Float64Array.from(draw(next, n, m)));
      const ones = shape === 2;
      const total = ones ? n : 1 + Math.floor(next() * 25);
      const a = ones ? new Float64Array(n).fill(1) : wholeMasses(n, total, next);
      const b = ones ? new Float64Array(m).fill(1) : wholeMasses(m, total, next);
      const options = { sourceWeights: a, targetWeights: b, maxIterations: 10_000 };
      const { plan, cost: found, diagnostics } = optimalTransport(cost, options);
      expect(diagnostics.reason).toBe('optimal');
      const best = linearAssignment(costOfUnits(cost, a, b)).total;
      const scale = toDense(plan).data.reduce((sum, x, p) => sum + x * Math.abs(cost.data[p]), 0);
      expect(Math.abs(found - best)).toBeLessThanOrEqual(1e-12 * scale);
      // Whole masses never split: the corners of the set of plans are whole.
      expect(plan.values.every((mass) => Math.abs(mass - Math.round(mass)) < 1e-12)).toBe(true);
    }
  });

  it('moves a part of the mass as cheaply as the best pairing of as many units', () => {
    for (let trial = 0; trial < 40; trial++) {
      const next = numbers(1000 + trial);
      const n = 2 + Math.floor(next() * 6);
      const m = 2 + Math.floor(next() * 6);
      const cost = denseMatrix(n, m, Float64Array.from(draw(next, n, m)));
      const mass = 1 + Math.floor(next() * Math.min(n, m));
      const sides = {
        sourceWeights: new Float64Array(n).fill(1),
        targetWeights: new Float64Array(m).fill(1),
      };
      const { cost: found } = partialTransport(cost, mass, sides);
      expect(found).toBeCloseTo(cheapestPart(cost, mass), 9);
    }
  });
});

/** The least cost of pairing `count` rows with as many columns, by trying every row for each column
 * set. */
function cheapestPart(cost: DenseMatrix, count: number): number {
  const { rows, columns, data } = cost;
  const known = new Map<string, number>();
  const search = (column: number, free: number, left: number): number => {
    if (left === 0) return 0;
    if (column === columns) return Infinity;
    const key = `${column} ${free} ${left}`;
    const stored = known.get(key);
    if (stored !== undefined) return stored;
    let least = search(column + 1, free, left);
    for (let i = 0; i < rows; i++) {
      if ((free & (1 << i)) === 0) continue;
      const rest = search(column + 1, free & ~(1 << i), left - 1);
      least = Math.min(least, data[i * columns + column] + rest);
    }
    known.set(key, least);
    return least;
  };
  return search(0, (1 << rows) - 1, count);
}

describe('optimalTransport in one dimension', () => {
  it('agrees with sorting at 300 points', () => {
    const next = numbers(5);
    const [x, y] = [300, 200].map((count) => Float64Array.from({ length: count }, next));
    const data = Array.from(x).flatMap((p) => Array.from(y, (q) => (p - q) ** 2));
    const exact = optimalTransport(denseMatrix(300, 200, Float64Array.from(data)));
    expect(wassersteinDistance1d(x, y, { power: 2 }) ** 2).toBeCloseTo(exact.cost, 13);
  });
});

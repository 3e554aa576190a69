import { denseMatrix, toDense, type DenseMatrix } from '@graft-ml/core';
import {
  gromovWasserstein,
  optimalTransport,
  pairwiseDistances,
  randomSource,
  referenceLinearAlgebra as linalg,
  type GromovWassersteinOptions,
} from '@graft-ml/numerics';
import { errorOf, fromRows, largestDifference, normalMatrix } from '../support/matrices.js';
import { numbers, weights } from './problems.js';

const random = randomSource(1);
const xs = normalMatrix(9, 3, random);
const xt = normalMatrix(7, 2, random);
const sourceDistances = pairwiseDistances(linalg, 'euclidean', xs, xs);
const targetDistances = pairwiseDistances(linalg, 'euclidean', xt, xt);
const next = numbers(1);
const sides = { sourceWeights: weights(9, next, 5), targetWeights: weights(7, next, 5) };
const cost = denseMatrix(9, 7, Float64Array.from({ length: 63 }, next));

/** Σ (Sᵢₖ − Tⱼₗ)²·Pᵢⱼ·Pₖₗ, term by term. */
function distortionOf(s: DenseMatrix, t: DenseMatrix, plan: DenseMatrix): number {
  const [n, m] = [s.rows, t.rows];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < n; k++) {
        for (let l = 0; l < m; l++) {
          const difference = s.data[i * n + k] - t.data[j * m + l];
          sum += difference ** 2 * plan.data[i * m + j] * plan.data[k * m + l];
        }
      }
    }
  }
  return sum;
}

/** All orders of 0 … n − 1. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, k) => [...order.slice(0, k), n - 1, ...order.slice(k)]),
  );
}

function permutationPlan(order: readonly number[]): DenseMatrix {
  const plan = denseMatrix(order.length, order.length);
  order.forEach((j, i) => (plan.data[i * order.length + j] = 1 / order.length));
  return plan;
}

describe('gromovWasserstein', () => {
  it.each<[string, GromovWassersteinOptions]>([
    ['distances alone', {}],
    ['a cost', { cost }],
    ['a cost of small share', { cost, structureShare: 0.8 }],
    ['a cost and entropy', { cost, regularization: 0.2 }],
    ['entropy', { regularization: 0.2 }],
  ])('keeps the marginals and reports the parts of its objective, with %s', (_, change) => {
    const options = { ...sides, ...change };
    const solved = gromovWasserstein(linalg, sourceDistances, targetDistances, options);
    const { plan } = solved;
    expect(solved).toMatchObject({ converged: true, reason: 'gap' });
    const distortion = distortionOf(sourceDistances, targetDistances, plan);
    expect(solved.distortion).toBeCloseTo(distortion, 10);
    const { structureShare = change.cost ? 0.5 : 1, regularization = 0 } = change;
    let expected = structureShare * distortion;
    const left = [sides.sourceWeights.slice(), sides.targetWeights.slice()];
    let linear = 0;
    plan.data.forEach((share, p) => {
      const [i, j] = [Math.floor(p / 7), p % 7];
      const independent = sides.sourceWeights[i] * sides.targetWeights[j];
      if (change.cost) linear += share * cost.data[p];
      if (share > 0) expected += regularization * share * Math.log(share / independent);
      expected += regularization * (independent - share);
      left[0][i] -= share;
      left[1][j] -= share;
    });
    expect(solved.cost).toBeCloseTo(linear, 13);
    expect(solved.objective).toBeCloseTo(expected + (1 - structureShare) * linear, 9);
    expect(Math.max(...left.flatMap((side) => Array.from(side, Math.abs)))).toBeLessThan(1e-10);
  });

  it('finds a turned, mirrored and shuffled domain again', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const source = randomSource(seed);
      const rows = normalMatrix(12, 2, source);
      const order = source.permutation(12);
      const angle = source.uniform() * 6;
      const copy = denseMatrix(12, 2);
      order.forEach((i, j) => {
        const [x, y] = [rows.data[2 * i], -rows.data[2 * i + 1]];
        copy.data[2 * j] = Math.cos(angle) * x - Math.sin(angle) * y + 5;
        copy.data[2 * j + 1] = Math.sin(angle) * x + Math.cos(angle) * y - 3;
      });
      const { plan, distortion } = gromovWasserstein(
        linalg,
        pairwiseDistances(linalg, 'euclidean', rows, rows),
        pairwiseDistances(linalg, 'euclidean', copy, copy),
      );
      expect(distortion).toBeLessThan(1e-12);
      order.forEach((i, j) => expect(plan.data[12 * i + j]).toBeCloseTo(1 / 12, 12));
    }
  });

  it('finds the best pairing from the best of many starts', () => {
    // Squared distances make the distortion concave, so that pairings are the best plans.
    const [a, b] = [1, 2].map((seed) => {
      const rows = normalMatrix(5, 2, randomSource(seed));
      return linalg.squaredDistances(rows, rows);
    });
    let least = Infinity;
    let found = Infinity;
    for (const order of permutations(5)) {
      const start = permutationPlan(order);
      least = Math.min(least, distortionOf(a, b, start));
      const { objective, converged } = gromovWasserstein(linalg, a, b, { start });
      expect(converged).toBe(true);
      expect(objective).toBeLessThanOrEqual(distortionOf(a, b, start) + 1e-12);
      found = Math.min(found, objective);
    }
    expect(found).toBeCloseTo(least, 11);
  });

  it('is optimal transport where the structure has no share', () => {
    const options = { ...sides, cost, structureShare: 0 };
    const solved = gromovWasserstein(linalg, sourceDistances, targetDistances, options);
    const { plan } = optimalTransport(cost, sides);
    expect(largestDifference(solved.plan, toDense(plan))).toBeLessThan(1e-14);
  });

  it('says when it had to stop', () => {
    const options = { ...sides, maxIterations: 1 };
    const solved = gromovWasserstein(linalg, sourceDistances, targetDistances, options);
    expect(solved).toMatchObject({ converged: false, reason: 'max-iterations', iterations: 1 });
  });

  it('refuses what is not a pair of domains', () => {
    const solve =
      (change: GromovWassersteinOptions, s = sourceDistances) =>
      () =>
        gromovWasserstein(linalg, s, targetDistances, { ...sides, ...change });
    errorOf(solve({}, denseMatrix(2, 3)), 'SHAPE_MISMATCH');
    errorOf(solve({}, denseMatrix(0, 0)), 'SHAPE_MISMATCH');
    const askew = fromRows([
      [0, 1],
      [2, 0],
    ]);
    expect(errorOf(solve({}, askew), 'INVALID_DATA')).toMatchObject({ row: 1, column: 0 });
    const holes = fromRows([
      [0, Number.NaN],
      [Number.NaN, 0],
    ]);
    errorOf(solve({}, holes), 'INVALID_DATA');
    errorOf(solve({}, fromRows([[Infinity]])), 'INVALID_DATA');
    errorOf(solve({ cost: denseMatrix(7, 9) }), 'SHAPE_MISMATCH');
    errorOf(solve({ start: denseMatrix(7, 9) }), 'SHAPE_MISMATCH');
    expect(errorOf(solve({ start: denseMatrix(9, 7) }), 'INVALID_DATA')).toMatchObject({
      argument: 'start',
    });
    errorOf(solve({ structureShare: 2 }), 'INVALID_OPTION');
    errorOf(solve({ regularization: -1 }), 'INVALID_OPTION');
  });
});

import fc from 'fast-check';
import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import {
  minimizeBoxQuadratic,
  randomSource,
  referenceLinearAlgebra as linalg,
  type BoxQuadratic,
  type BoxQuadraticResult,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import {
  errorOf,
  fromGolden,
  identity,
  naiveProduct,
  normalMatrix,
  transposeOf,
} from './support/matrices.js';

describeGolden('num.qp.box', (golden) => {
  it('solves with a fixed sum', () => {
    const sum = golden.options['sum'] as number;
    const result = minimizeBoxQuadratic(
      linalg,
      {
        quadratic: fromGolden(golden.inputs['P']),
        linear: golden.inputs['q'].data,
        lower: 0,
        upper: golden.options['upper'] as number,
        sum: { lower: sum, upper: sum },
      },
      { tolerance: 1e-10 },
    );
    expectGolden(golden, 'x', result.x);
    expectGolden(golden, 'objective', [result.objective]);
    expect(result).toMatchObject({ converged: true, reason: 'optimal', regularizationUsed: 0 });
  });
});

const at = (bound: number | ArrayLike<number>, i: number): number =>
  typeof bound === 'number' ? bound : bound[i];

/** Checks the optimality conditions written in the comments, from scratch. */
function expectOptimal(problem: BoxQuadratic, result: BoxQuadraticResult, tolerance: number): void {
  const n = problem.linear.length;
  const { x, sumMultiplier } = result;
  let total = 0;
  let objective = 0;
  for (let i = 0; i < n; i++) {
    let px = 0;
    for (let j = 0; j < n; j++) px += problem.quadratic.data[i * n + j] * x[j];
    objective += x[i] * (px / 2 + problem.linear[i]);
    total += x[i];
    const gradient = px + problem.linear[i] + sumMultiplier;
    const lower = at(problem.lower, i);
    const upper = at(problem.upper, i);
    expect(x[i]).toBeGreaterThanOrEqual(lower);
    expect(x[i]).toBeLessThanOrEqual(upper);
    if (lower === upper) continue;
    // A push against a bound is allowed only where the entry is at that bound.
    expect(Math.max(0, gradient) * Math.min(1, x[i] - lower)).toBeLessThan(tolerance);
    expect(Math.max(0, -gradient) * Math.min(1, upper - x[i])).toBeLessThan(tolerance);
  }
  expect(result.objective).toBeCloseTo(objective, 9);
  if (!problem.sum) {
    expect(sumMultiplier).toBe(0);
    return;
  }
  expect(total).toBeGreaterThan(problem.sum.lower - tolerance);
  expect(total).toBeLessThan(problem.sum.upper + tolerance);
  if (problem.sum.lower === problem.sum.upper) return;
  // −multiplier pushes the sum up against its lower end or down against its upper one.
  expect(Math.max(0, -sumMultiplier) * Math.min(1, total - problem.sum.lower)).toBeLessThan(
    tolerance,
  );
  expect(Math.max(0, sumMultiplier) * Math.min(1, problem.sum.upper - total)).toBeLessThan(
    tolerance,
  );
}

function gram(n: number, rank: number, seed: number): DenseMatrix {
  const half = normalMatrix(n, rank, randomSource(seed));
  return naiveProduct(half, transposeOf(half));
}

describe('minimizeBoxQuadratic', () => {
  it('meets the optimality conditions for any bounds, sum and rank', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('none', 'band', 'fixed'),
        fc.constantFrom('both', 'below', 'some fixed'),
        fc.nat(10_000),
        (n, rank, kind, sides, seed) => {
          const random = randomSource(seed);
          const lower = Float64Array.from({ length: n }, () => -random.uniform());
          const upper = lower.map((value, i) => {
            if (sides === 'below') return Infinity;
            return sides === 'some fixed' && i % 3 === 0 ? value : value + 0.1 + random.uniform();
          });
          const quadratic = gram(n, sides === 'below' ? n + 2 : rank, seed);
          const linear = Array.from({ length: n }, () => 3 * random.normal());
          const least = lower.reduce((a, b) => a + b, 0);
          const most = sides === 'below' ? least + n : upper.reduce((a, b) => a + b, 0);
          const from = least + 0.3 * (most - least);
          const to = kind === 'fixed' ? from : least + 0.5 * (most - least);
          const base = { quadratic, linear, lower, upper };
          const problem = kind === 'none' ? base : { ...base, sum: { lower: from, upper: to } };
          const result = minimizeBoxQuadratic(linalg, problem, { tolerance: 1e-10 });
          expect(result.reason).toBe('optimal');
          expect(result.kktResidual).toBeLessThanOrEqual(1e-10);
          expect(result.iterations).toBeLessThan(40);
          expectOptimal(problem, result, 1e-7);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('solves kernel mean matching with a nearly singular kernel in a few steps', () => {
    const source = normalMatrix(120, 2, randomSource(1));
    const target = normalMatrix(80, 2, randomSource(2));
    for (let p = 0; p < target.data.length; p += 2) target.data[p] += 0.7;
    const kernel = { type: 'rbf', gamma: 0.1 } as const;
    const cross = linalg.kernelMatrix(kernel, source, target);
    const linear = Array.from({ length: 120 }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < 80; j++) sum += cross.data[i * 80 + j];
      return (-120 / 80) * sum;
    });
    const epsilon = (Math.sqrt(120) - 1) / Math.sqrt(120);
    const problem = {
      quadratic: linalg.kernelMatrix(kernel, source, source),
      linear,
      lower: 0,
      upper: 1000,
      sum: { lower: 120 * (1 - epsilon), upper: 120 * (1 + epsilon) },
    };
    const result = minimizeBoxQuadratic(linalg, problem);
    expect(result.converged).toBe(true);
    expect(result.iterations).toBeLessThan(100);
  });

  it('is the unconstrained minimum when nothing binds', () => {
    const quadratic = denseMatrix(2, 2, Float64Array.of(2, 1, 1, 2));
    const { x } = minimizeBoxQuadratic(linalg, {
      quadratic,
      linear: [-3, -3],
      lower: -Infinity,
      upper: Infinity,
    });
    expect(x[0]).toBeCloseTo(1, 12);
    expect(x[1]).toBeCloseTo(1, 12);
  });

  it('gives the only point where bounds and sum leave no choice', () => {
    const problem = { quadratic: identity(2), linear: [1, -3], lower: 0, upper: 2 };
    const low = minimizeBoxQuadratic(linalg, { ...problem, sum: { lower: 0, upper: 0 } });
    expect([Array.from(low.x), low.iterations, low.sumMultiplier]).toEqual([[0, 0], 0, 3]);
    const high = minimizeBoxQuadratic(linalg, { ...problem, sum: { lower: 4, upper: 9 } });
    expect([Array.from(high.x), high.objective, high.sumMultiplier]).toEqual([[2, 2], 0, -3]);
    const none = minimizeBoxQuadratic(linalg, {
      quadratic: denseMatrix(0, 0),
      linear: [],
      lower: 0,
      upper: 1,
    });
    expect(none.x).toHaveLength(0);
  });

  it('says when it ran out of iterations', () => {
    const sum = { lower: 3, upper: 3 };
    const problem = { quadratic: identity(3), linear: [1, -3, 2], lower: 0, upper: 2, sum };
    const result = minimizeBoxQuadratic(linalg, problem, { maxIterations: 2 });
    expect(result).toMatchObject({ converged: false, reason: 'max-iterations', iterations: 2 });
    expect(result.kktResidual).toBeGreaterThan(1e-9);
  });

  it('refuses what cannot be met and what is not convex', () => {
    const problem = { quadratic: identity(2), linear: [0, 0], lower: 0, upper: 1 };
    errorOf(() => minimizeBoxQuadratic(linalg, { ...problem, upper: -1 }), 'INVALID_OPTION');
    errorOf(
      () => minimizeBoxQuadratic(linalg, { ...problem, sum: { lower: 3, upper: 4 } }),
      'INVALID_OPTION',
    );
    errorOf(
      () => minimizeBoxQuadratic(linalg, { ...problem, sum: { lower: 1, upper: 0 } }),
      'INVALID_OPTION',
    );
    errorOf(() => minimizeBoxQuadratic(linalg, { ...problem, lower: [0] }), 'SHAPE_MISMATCH');
    errorOf(() => minimizeBoxQuadratic(linalg, { ...problem, linear: [0] }), 'SHAPE_MISMATCH');
    const saddle = denseMatrix(2, 2, Float64Array.of(1, 9, 9, 1));
    const free = {
      ...problem,
      linear: [1, 0],
      quadratic: saddle,
      lower: -Infinity,
      upper: Infinity,
    };
    errorOf(() => minimizeBoxQuadratic(linalg, free), 'NUMERICAL');
  });

  it('leaves its input alone', () => {
    const quadratic = gram(4, 4, 1);
    const linear = Float64Array.of(1, -1, 2, -2);
    const copies = [quadratic.data.slice(), linear.slice()];
    minimizeBoxQuadratic(linalg, { quadratic, linear, lower: 0, upper: 1 });
    expect([quadratic.data, linear]).toEqual(copies);
  });
});

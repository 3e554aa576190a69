import fc from 'fast-check';
import type { DenseMatrix } from '@graft-ml/core';
import {
  minimizeBoxQuadratic,
  randomSource,
  referenceLinearAlgebra as linalg,
  solveSvmDual,
  type SmoOptions,
  type SmoResult,
  type SvmDual,
} from '@graft-ml/numerics';
import { errorOf, normalMatrix } from './support/matrices.js';

const rowsOf = (kernel: DenseMatrix): Pick<SvmDual, 'kernelRow' | 'kernelDiagonal'> => ({
  kernelRow: (i) => kernel.data.subarray(i * kernel.rows, (i + 1) * kernel.rows),
  kernelDiagonal: Array.from({ length: kernel.rows }, (_, i) => kernel.data[i * kernel.rows + i]),
});

/** Q by its definition. */
const quadraticOf = (problem: SvmDual): DenseMatrix => {
  const n = problem.signs.length;
  const sample = (i: number): number => problem.samples?.[i] ?? i;
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = problem.kernelRow(sample(i));
    for (let j = 0; j < n; j++) {
      data[i * n + j] = problem.signs[i] * problem.signs[j] * row[sample(j)];
    }
  }
  return { format: 'dense', rows: n, columns: n, data };
};

/** Checks feasibility, objective and optimality from scratch. */
function expectOptimal(problem: SvmDual, result: SmoResult, tolerance: number): void {
  const n = problem.signs.length;
  const q = quadraticOf(problem);
  const { a } = result;
  let constant = 0;
  let objective = 0;
  let highest = -Infinity;
  let lowest = Infinity;
  for (let i = 0; i < n; i++) {
    let gradient = problem.linear[i];
    for (let j = 0; j < n; j++) gradient += q.data[i * n + j] * a[j];
    objective += (a[i] * (gradient + problem.linear[i])) / 2;
    constant += problem.signs[i] * (a[i] - (problem.start?.[i] ?? 0));
    expect(a[i]).toBeGreaterThanOrEqual(0);
    expect(a[i]).toBeLessThanOrEqual(problem.upper[i]);
    const value = -problem.signs[i] * gradient;
    const positive = problem.signs[i] > 0;
    if (positive ? a[i] < problem.upper[i] : a[i] > 0) highest = Math.max(highest, value);
    if (positive ? a[i] > 0 : a[i] < problem.upper[i]) lowest = Math.min(lowest, value);
    // The threshold separates those that may go up from those that may go down.
    if (a[i] > 0 && a[i] < problem.upper[i]) {
      expect(Math.abs(value + result.threshold)).toBeLessThan(2 * tolerance);
    }
  }
  expect(Math.abs(constant)).toBeLessThan(1e-9);
  expect(result.objective).toBeCloseTo(objective, 8);
  expect(highest - lowest).toBeLessThan(tolerance + 1e-9);
}

function classification(n: number, seed: number): SvmDual {
  const random = randomSource(seed);
  const x = normalMatrix(n, 2, random);
  const signs = Array.from({ length: n }, (_, i) =>
    x.data[2 * i] + 0.5 * random.normal() > 0 ? 1 : -1,
  );
  const kernel = linalg.kernelMatrix({ type: 'rbf', gamma: 0.5 }, x, x);
  const upper = Array.from({ length: n }, () =>
    random.uniform() < 0.2 ? 0 : 3 * random.uniform(),
  );
  return { ...rowsOf(kernel), signs, upper, linear: new Array<number>(n).fill(-1) };
}

describe('solveSvmDual', () => {
  it('solves classification duals with a bound for each sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(10_000), (n, seed) => {
        const problem = classification(n, seed);
        const result = solveSvmDual(problem, { tolerance: 1e-6 });
        expect(result).toMatchObject({ converged: true, reason: 'optimal' });
        expect(result.kktResidual).toBeLessThanOrEqual(1e-6);
        expectOptimal(problem, result, 1e-6);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('agrees with the interior-point method where all signs are alike', () => {
    const n = 25;
    const x = normalMatrix(n, 3);
    const kernel = linalg.kernelMatrix({ type: 'rbf', gamma: 0.2 }, x, x);
    const random = randomSource(4);
    const linear = Array.from({ length: n }, () => random.normal());
    const start = new Float64Array(n).fill(0.2); // Σ a = 5, as a one-class machine has it
    const problem = {
      ...rowsOf(kernel),
      linear,
      start,
      signs: start.map(() => 1),
      upper: start.map(() => 1),
    };
    const smo = solveSvmDual(problem, { tolerance: 1e-9 });
    const sum = { lower: 5, upper: 5 };
    const interior = minimizeBoxQuadratic(
      linalg,
      { quadratic: kernel, linear, lower: 0, upper: 1, sum },
      { tolerance: 1e-11 },
    );
    expect(smo.objective).toBeCloseTo(interior.objective, 8);
    smo.a.forEach((value, i) => expect(value).toBeCloseTo(interior.x[i], 6));
    expect(smo.threshold).toBeCloseTo(-interior.sumMultiplier, 6);
  });

  it('solves epsilon-regression with two variables for each sample', () => {
    const n = 40;
    const random = randomSource(5);
    const x = normalMatrix(n, 1, random);
    const z = Array.from(x.data, (value) => Math.sin(2 * value) + 0.05 * random.normal());
    const kernel = linalg.kernelMatrix({ type: 'rbf', gamma: 1 }, x, x);
    const epsilon = 0.1;
    const problem = {
      ...rowsOf(kernel),
      signs: Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 : -1)),
      linear: Array.from({ length: 2 * n }, (_, i) => epsilon + (i < n ? -z[i] : z[i - n])),
      upper: new Float64Array(2 * n).fill(10),
      samples: Array.from({ length: 2 * n }, (_, i) => i % n),
    };
    const result = solveSvmDual(problem, { tolerance: 1e-5 });
    expectOptimal(problem, result, 1e-5);
    const inTube = z.filter((target, i) => {
      let value = -result.threshold;
      for (let j = 0; j < n; j++) {
        value += (result.a[j] - result.a[j + n]) * kernel.data[i * n + j];
      }
      return Math.abs(value - target) < epsilon + 1e-4;
    });
    expect(inTube).toHaveLength(n);
  });

  it('does not depend on the size of the cache', () => {
    const problem = classification(60, 3);
    let computed = 0;
    const counting = {
      ...problem,
      kernelRow: (i: number) => {
        computed++;
        return problem.kernelRow(i);
      },
    };
    const solve = (options: SmoOptions): Float64Array => solveSvmDual(counting, options).a;
    const plenty = solve({});
    const computedOnce = computed;
    expect(computedOnce).toBeLessThanOrEqual(60);
    expect(solve({ cacheBytes: 1 })).toEqual(plenty);
    expect(computed - computedOnce).toBeGreaterThan(60);
  });

  it('separates two points in closed form', () => {
    // x = ±1, linear kernel: a = 1/2 each, margin at the points, threshold 0.
    const kernel = {
      format: 'dense',
      rows: 2,
      columns: 2,
      data: Float64Array.of(1, -1, -1, 1),
    } as const;
    const problem = { ...rowsOf(kernel), signs: [1, -1], linear: [-1, -1], upper: [9, 9] };
    const { a, threshold, objective } = solveSvmDual(problem);
    expect(Array.from(a)).toEqual([0.5, 0.5]);
    expect(threshold).toBeCloseTo(0, 15);
    expect(objective).toBe(-0.5);
  });

  it('copes with one class, no variables and repeated samples', () => {
    const kernel = {
      format: 'dense',
      rows: 2,
      columns: 2,
      data: Float64Array.of(1, 1, 1, 1),
    } as const;
    const one = solveSvmDual({ ...rowsOf(kernel), signs: [1, 1], linear: [-1, -1], upper: [1, 1] });
    expect([Array.from(one.a), one.converged]).toEqual([[0, 0], true]);
    const twins = solveSvmDual({
      ...rowsOf(kernel),
      signs: [1, -1],
      linear: [-1, -1],
      upper: [1, 2],
    });
    expect(Array.from(twins.a)).toEqual([1, 1]);
    const none = solveSvmDual({
      kernelRow: () => new Float64Array(0),
      kernelDiagonal: [],
      signs: [],
      linear: [],
      upper: [],
    });
    expect(none.converged).toBe(true);
  });

  it('says when it ran out of iterations and refuses what is not feasible', () => {
    const problem = classification(30, 1);
    expect(solveSvmDual(problem, { maxIterations: 2 })).toMatchObject({
      converged: false,
      reason: 'max-iterations',
      iterations: 2,
    });
    const upper = new Array<number>(30).fill(1);
    errorOf(() => solveSvmDual({ ...problem, linear: [1] }), 'SHAPE_MISMATCH');
    errorOf(() => solveSvmDual({ ...problem, upper: upper.map(() => -1) }), 'INVALID_OPTION');
    errorOf(() => solveSvmDual({ ...problem, upper, start: upper.map(() => 2) }), 'INVALID_OPTION');
  });
});

import { denseMatrix, toDense, type DenseMatrix } from '@graft-ml/core';
import { describeGolden, expectGolden, type GoldenCase } from '../../../../tools/testing/golden.js';
import { referenceLinearAlgebra } from '../../src/reference/linear-algebra.js';
import { optimalTransport } from '../../src/transport/optimal-transport.js';
import { partialSinkhorn, sinkhorn, unbalancedSinkhorn } from '../../src/transport/sinkhorn.js';
import type { EntropicPlan, SinkhornOptions } from '../../src/transport/sinkhorn.js';
import { errorOf, fromGolden, fromRows, largestDifference } from '../support/matrices.js';
import { numbers, pointClouds, weights } from './problems.js';
import { forEachSolver } from './solvers.js';

const rowSums = (plan: DenseMatrix): number[] =>
  Array.from({ length: plan.rows }, (_, i) =>
    plan.data.subarray(i * plan.columns, (i + 1) * plan.columns).reduce((a, b) => a + b, 0),
  );
const columnSums = (plan: DenseMatrix): number[] =>
  Array.from({ length: plan.columns }, (_, j) => {
    let sum = 0;
    for (let p = j; p < plan.data.length; p += plan.columns) sum += plan.data[p];
    return sum;
  });
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

/** Sinkhorn by its definition, in logarithms throughout. */
function naiveSinkhorn(
  cost: DenseMatrix,
  a: Float64Array,
  b: Float64Array,
  epsilon: number,
  passes: number,
): DenseMatrix {
  const { rows: n, columns: m } = cost;
  const f = new Float64Array(n);
  const g = new Float64Array(m);
  const logSum = (values: number[]): number => {
    const most = Math.max(...values);
    return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
  };
  for (let pass = 0; pass < passes; pass++) {
    for (let i = 0; i < n; i++)
      f[i] =
        epsilon *
        (Math.log(a[i]) -
          logSum(Array.from(g, (value, j) => (value - cost.data[i * m + j]) / epsilon)));
    for (let j = 0; j < m; j++)
      g[j] =
        epsilon *
        (Math.log(b[j]) -
          logSum(Array.from(f, (value, i) => (value - cost.data[i * m + j]) / epsilon)));
  }
  return denseMatrix(
    n,
    m,
    cost.data.map((value, p) => Math.exp((f[Math.floor(p / m)] + g[p % m] - value) / epsilon)),
  );
}

/** Every stated relation between plan and potentials. */
function expectPotentials(
  cost: DenseMatrix,
  solved: EntropicPlan,
  epsilon: number,
  tolerance = 1e-10,
): void {
  let worst = 0;
  solved.plan.data.forEach((value, p) => {
    const { sourcePotentials: f, targetPotentials: g } = solved;
    const i = Math.floor(p / cost.columns);
    const expected = Math.exp((f[i] + g[p % cost.columns] - cost.data[p]) / epsilon);
    worst = Math.max(worst, Math.abs(value - expected) / (value + 1e-100));
  });
  expect(worst).toBeLessThan(tolerance);
}

forEachSolver((engine) => {
  describe('sinkhorn where plain passes are slow', () => {
    it('relaxes the factors, 166 passes in place of 956, and still ends with a plain one', () => {
      const { cost, sourceWeights, targetWeights } = pointClouds(40, 30, 2);
      const options = { regularization: 0.01, tolerance: 1e-11, ...engine() };
      const solved = sinkhorn(cost, options);
      expect(solved.diagnostics).toMatchObject({ reason: 'converged' });
      expect(solved.diagnostics.iterations).toBeLessThan(250);
      expect(farthest(columnSums(solved.plan), targetWeights)).toBeLessThan(1e-16);
      expect(farthest(rowSums(solved.plan), sourceWeights)).toBeLessThan(1e-11);
      // With these marginals only one plan has this form.
      expectPotentials(cost, solved, 0.01);
    });

    it('ends with a plain pass also where it runs out of them', () => {
      const { cost, targetWeights } = pointClouds(40, 30, 2);
      for (const maxIterations of [70, 85, 101]) {
        const { plan, diagnostics } = sinkhorn(cost, {
          ...{ regularization: 0.01, tolerance: 0, maxIterations },
          ...engine(),
        });
        expect(diagnostics).toMatchObject({ iterations: maxIterations, reason: 'max-iterations' });
        expect(farthest(columnSums(plan), targetWeights)).toBeLessThan(1e-16);
      }
    });
  });

  const options = (rest: SinkhornOptions): SinkhornOptions => ({ ...rest, ...engine() });

  describe('sinkhorn', () => {
    it('finds what the definition finds', () => {
      const next = numbers(4);
      const { cost } = pointClouds(12, 17, 3);
      const sourceWeights = weights(12, next);
      const targetWeights = weights(17, next);
      for (const regularization of [1, 0.1, 0.02]) {
        const solved = sinkhorn(
          cost,
          options({ regularization, sourceWeights, targetWeights, tolerance: 1e-13 }),
        );
        const expected = naiveSinkhorn(cost, sourceWeights, targetWeights, regularization, 4000);
        expect(largestDifference(solved.plan, expected)).toBeLessThan(1e-11);
        expectPotentials(cost, solved, regularization);
        expect(farthest(rowSums(solved.plan), sourceWeights)).toBeLessThan(1e-12);
        expect(farthest(columnSums(solved.plan), targetWeights)).toBeLessThan(1e-12);
      }
    });

    it('stays finite and comes close to the exact transport as ε shrinks', () => {
      const problem = pointClouds(40, 35, 2);
      const exact = optimalTransport(problem.cost).cost;
      let before = Infinity;
      for (const regularization of [0.1, 1e-2, 2e-3]) {
        const solved = sinkhorn(problem.cost, options({ regularization, tolerance: 1e-7 }));
        expect(farthest(rowSums(solved.plan), problem.sourceWeights)).toBeLessThan(1e-4);
        expect(solved.cost).toBeLessThan(before);
        before = solved.cost;
      }
      expect(before - exact).toBeLessThan(0.02 * exact);
      const tiny = sinkhorn(problem.cost, options({ regularization: 1e-7, maxIterations: 500 }));
      expect(tiny.plan.data.every(Number.isFinite)).toBe(true);
      expectPotentials(problem.cost, tiny, 1e-7, 1e-8);
      expect(rowSums(tiny.plan).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 8);
    });

    it('spreads the mass evenly as ε grows', () => {
      const problem = pointClouds(5, 4, 2);
      const { plan } = sinkhorn(problem.cost, options({ regularization: 1e6 }));
      plan.data.forEach((value) => expect(value).toBeCloseTo(1 / 20, 6));
    });

    it('sends nothing to or from a weight of zero', () => {
      const { cost } = pointClouds(3, 3, 1);
      const solved = sinkhorn(
        cost,
        options({
          regularization: 0.1,
          sourceWeights: Float64Array.of(0.5, 0, 0.5),
          targetWeights: Float64Array.of(0, 1, 0),
        }),
      );
      expect(Array.from(solved.plan.data, (value) => Math.round(value * 1e12) / 1e12)).toEqual([
        0, 0.5, 0, 0, 0, 0, 0, 0.5, 0,
      ]);
      expect(solved.sourcePotentials[1]).toBe(-Infinity);
      expect(solved.targetPotentials[2]).toBe(-Infinity);
    });

    it('says when it had to stop before the end', () => {
      const { cost } = pointClouds(10, 10, 2);
      const { diagnostics } = sinkhorn(cost, options({ regularization: 1e-3, maxIterations: 5 }));
      expect(diagnostics).toMatchObject({ iterations: 5, reason: 'max-iterations' });
    });
  });

  describe('unbalancedSinkhorn', () => {
    it('meets its stationarity conditions', () => {
      const next = numbers(6);
      const { cost } = pointClouds(9, 7, 2);
      const sourceWeights = weights(9, next);
      const targetWeights = weights(7, next, 0, 1.5);
      for (const [regularization, marginalRegularization] of [
        [0.1, 0.5],
        [0.01, 2],
        [0.002, 0.1],
      ]) {
        const solved = unbalancedSinkhorn(cost, {
          ...options({
            regularization,
            sourceWeights,
            targetWeights,
            tolerance: 1e-13,
            maxIterations: 50_000,
          }),
          marginalRegularization,
        });
        expect(solved.diagnostics.reason).toBe('converged');
        expectPotentials(cost, solved, regularization);
        // fᵢ − ε·log aᵢ = −τ·log(rowᵢ / aᵢ)
        rowSums(solved.plan).forEach((sum, i) => {
          const potential =
            solved.sourcePotentials[i] - regularization * Math.log(sourceWeights[i]);
          expect(potential).toBeCloseTo(
            -marginalRegularization * Math.log(sum / sourceWeights[i]),
            8,
          );
        });
        columnSums(solved.plan).forEach((sum, j) => {
          const potential =
            solved.targetPotentials[j] - regularization * Math.log(targetWeights[j]);
          expect(potential).toBeCloseTo(
            -marginalRegularization * Math.log(sum / targetWeights[j]),
            8,
          );
        });
      }
    });

    it('becomes the balanced one under a large penalty', () => {
      const { cost } = pointClouds(6, 5, 2);
      const balanced = sinkhorn(cost, options({ regularization: 0.1, tolerance: 1e-13 }));
      const solved = unbalancedSinkhorn(cost, {
        ...options({ regularization: 0.1, tolerance: 1e-14 }),
        marginalRegularization: 1e5,
      });
      expect(largestDifference(solved.plan, balanced.plan)).toBeLessThan(1e-6);
    });
  });

  describe('partialSinkhorn', () => {
    it('moves the mass asked for within the weights', () => {
      const { cost, sourceWeights, targetWeights } = pointClouds(14, 11, 2);
      for (const regularization of [0.3, 0.02, 0.002]) {
        const solved = partialSinkhorn(cost, {
          ...options({ regularization, tolerance: 1e-12, maxIterations: 50_000 }),
          mass: 0.6,
        });
        const [rows, columns] = [rowSums(solved.plan), columnSums(solved.plan)];
        expect(rows.reduce((a, b) => a + b, 0)).toBeCloseTo(0.6, 10);
        rows.forEach((sum, i) => expect(sum).toBeLessThanOrEqual(sourceWeights[i] + 1e-9));
        columns.forEach((sum, j) => expect(sum).toBeLessThanOrEqual(targetWeights[j] + 1e-9));
      }
      const solved = partialSinkhorn(cost, {
        ...options({ regularization: 0.002, maxIterations: 50_000 }),
        mass: 0.6,
      });
      const half = partialSinkhorn(cost, { ...options({ regularization: 0.02 }), mass: 0.6 });
      expect(solved.cost).toBeLessThan(half.cost);
    });

    it('becomes the whole transport when all mass is asked for', () => {
      const { cost } = pointClouds(6, 5, 2);
      const whole = sinkhorn(cost, options({ regularization: 0.1, tolerance: 1e-12 }));
      const solved = partialSinkhorn(cost, {
        ...options({ regularization: 0.1, tolerance: 1e-11, maxIterations: 100_000 }),
        mass: 1,
      });
      expect(largestDifference(solved.plan, whole.plan)).toBeLessThan(1e-6);
    });
  });

  const domains = (golden: GoldenCase): DenseMatrix => {
    const { Xs, Xt } = golden.inputs;
    return referenceLinearAlgebra.squaredDistances(fromGolden(Xs), fromGolden(Xt));
  };

  for (const name of ['tiny', 'small', 'medium', 'large']) {
    describeGolden(`ot.da.sinkhorn.${name}`, (golden) => {
      it('finds plan, cost and potentials', () => {
        let cost = domains(golden);
        if (golden.options.costNormalisation === 'max') {
          const most = Math.max(...cost.data);
          cost = { ...cost, data: cost.data.map((value) => value / most) };
        }
        const regularization = golden.options.reg as number;
        const solved = sinkhorn(cost, options({ regularization }));
        expect(solved.diagnostics.reason).toBe('converged');
        expectGolden(golden, 'plan', solved.plan.data);
        expectGolden(golden, 'cost', [solved.cost]);
      });
    });
  }

  describeGolden('ot.unbalanced', (golden) => {
    it('finds plan and mass', () => {
      const solved = unbalancedSinkhorn(domains(golden), {
        ...options({
          regularization: golden.options.reg as number,
          targetWeights: new Float64Array(20).fill(1.3 / 20),
          tolerance: 1e-12,
        }),
        marginalRegularization: golden.options.regMarginal as number,
      });
      expectGolden(golden, 'plan', solved.plan.data);
      expectGolden(golden, 'mass', [solved.plan.data.reduce((a, b) => a + b, 0)]);
    });
  });
});

describe('sinkhorn', () => {
  it('refuses unusable options', () => {
    const cost = fromRows([[1, 2]]);
    errorOf(() => sinkhorn(cost, { regularization: 0 }), 'INVALID_OPTION');
    errorOf(
      () => unbalancedSinkhorn(cost, { regularization: 1, marginalRegularization: -1 }),
      'INVALID_OPTION',
    );
    errorOf(() => partialSinkhorn(cost, { regularization: 1, mass: 2 }), 'INVALID_OPTION');
    errorOf(
      () => sinkhorn(cost, { regularization: 1, sourceWeights: Float64Array.of(3) }),
      'INVALID_DATA',
    );
    expect(toDense(sinkhorn(cost, { regularization: 1 }).plan).data[0]).toBeCloseTo(0.5, 12);
  });
});

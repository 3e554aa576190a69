import { denseMatrix, toDense } from '@graft-ml/core';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import { optimalTransport, partialTransport } from '../../src/transport/optimal-transport.js';
import type { TransportPlan } from '../../src/transport/optimal-transport.js';
import { referenceLinearAlgebra } from '../../src/reference/linear-algebra.js';
import { errorOf, fromRows } from '../support/matrices.js';
import { fromGolden } from '../support/matrices.js';
import { forEachSolver } from './solvers.js';
import { numbers, oddProblem, pointClouds, weights, type Problem } from './problems.js';

/** Optimality by duality, which needs no other solver: prices that are feasible and cost as much as the plan. */
function expectOptimal(problem: Problem, solved: TransportPlan): void {
  const { cost, sourceWeights, targetWeights } = problem;
  const plan = toDense(solved.plan);
  const scale = cost.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(solved.diagnostics.reason).toBe('optimal');
  let dual = 0;
  sourceWeights.forEach((weight, i) => (dual += weight * solved.sourcePotentials[i]));
  targetWeights.forEach((weight, j) => (dual += weight * solved.targetPotentials[j]));
  expect(Math.abs(dual - solved.cost)).toBeLessThanOrEqual(
    1e-13 * scale * (cost.rows + cost.columns),
  );
  const left = [sourceWeights.slice(), targetWeights.slice()];
  let leastReduced = Infinity;
  cost.data.forEach((value, p) => {
    const i = Math.floor(p / cost.columns);
    const j = p % cost.columns;
    left[0][i] -= plan.data[p];
    left[1][j] -= plan.data[p];
    const reduced = value - solved.sourcePotentials[i] - solved.targetPotentials[j];
    leastReduced = Math.min(leastReduced, reduced);
  });
  expect(leastReduced).toBeGreaterThanOrEqual(-1e-13 * scale * (cost.rows + cost.columns));
  expect(Math.max(...left.flatMap((side) => Array.from(side, Math.abs)))).toBeLessThan(1e-14);
  expect(plan.data.every((value) => value >= 0)).toBe(true);
  expect(solved.plan.values.length).toBeLessThan(cost.rows + cost.columns);
}

forEachSolver((engine) => {
  const solve = (problem: Problem): TransportPlan =>
    optimalTransport(problem.cost, { ...problem, ...engine() });

  describe('optimalTransport', () => {
    it('is optimal on ties, duplicate points, zero weights, many scales and negative costs', () => {
      for (let trial = 0; trial < 400; trial++) {
        const problem = oddProblem(trial, trial + 1);
        expectOptimal(problem, solve(problem));
      }
    });

    it.each([
      [60, 60, 2],
      [40, 90, 10],
      [130, 20, 3],
    ])('is optimal between clouds of %i and %i points', (n, m, d) => {
      const problem = pointClouds(n, m, d);
      expectOptimal(problem, solve(problem));
      const next = numbers(9);
      const weighted = {
        ...problem,
        sourceWeights: weights(n, next, 5),
        targetWeights: weights(m, next),
      };
      expectOptimal(weighted, solve(weighted));
    });

    it('finds the order in one dimension', () => {
      const next = numbers(3);
      const n = 50;
      const x = Float64Array.from({ length: n }, next);
      const y = Float64Array.from({ length: n }, next);
      const cost = denseMatrix(
        n,
        n,
        Float64Array.from({ length: n * n }, (_, p) => (x[Math.floor(p / n)] - y[p % n]) ** 2),
      );
      const sorted = y.slice().sort();
      const expected = x
        .slice()
        .sort()
        .reduce((sum, value, i) => sum + (value - sorted[i]) ** 2 / n, 0);
      expect(optimalTransport(cost, engine()).cost).toBeCloseTo(expected, 14);
    });

    it('leaves its inputs alone and says the same again', () => {
      const problem = oddProblem(3, 5);
      const before = problem.cost.data.slice();
      expect(solve(problem)).toEqual(solve(problem));
      expect(problem.cost.data).toEqual(before);
    });

    it('says when it had to stop before the end', () => {
      const problem = pointClouds(30, 30, 2);
      const stopped = optimalTransport(problem.cost, { ...engine(), maxIterations: 3 });
      expect(stopped.diagnostics).toEqual({ iterations: 3, reason: 'max-iterations' });
      expect(stopped.cost).toBeGreaterThan(solve(problem).cost);
      expect(toDense(stopped.plan).data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 14);
    });
  });

  describe('partialTransport', () => {
    it('is the whole transport when all mass is asked for', () => {
      const problem = pointClouds(12, 9, 2);
      expect(partialTransport(problem.cost, 1, engine()).cost).toBeCloseTo(solve(problem).cost, 13);
    });

    it('moves what is cheapest first, and no more than there is', () => {
      const cost = fromRows([
        [5, 1],
        [2, 9],
      ]);
      const { plan, cost: total } = partialTransport(cost, 0.75, engine());
      expect(Array.from(toDense(plan).data)).toEqual([0, 0.5, 0.25, 0]);
      expect(total).toBe(1);
      const problem = oddProblem(1, 8);
      const part = toDense(partialTransport(problem.cost, 0.4, { ...problem, ...engine() }).plan);
      expect(part.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0.4, 13);
      for (let i = 0; i < part.rows; i++) {
        const sum = part.data
          .subarray(i * part.columns, (i + 1) * part.columns)
          .reduce((a, b) => a + b, 0);
        expect(sum).toBeLessThanOrEqual(problem.sourceWeights[i] + 1e-15);
      }
    });

    it('refuses more mass than there is', () => {
      const { cost } = pointClouds(3, 3, 1);
      expect(errorOf(() => partialTransport(cost, 1.5, engine()), 'INVALID_OPTION')).toMatchObject({
        option: 'mass',
      });
      errorOf(() => partialTransport(cost, 0, engine()), 'INVALID_OPTION');
    });
  });

  describeGolden('ot.emd', (golden) => {
    it('finds the unique plan', () => {
      const { a, b, M } = golden.inputs;
      const cost = fromGolden(M);
      const normalised = (values: readonly number[]): Float64Array => {
        const sum = values.reduce((x, y) => x + y, 0);
        return Float64Array.from(values, (value) => value / sum);
      };
      const solved = optimalTransport(cost, {
        sourceWeights: normalised(a.data),
        targetWeights: normalised(b.data),
        ...engine(),
      });
      expectGolden(golden, 'plan', toDense(solved.plan).data);
      expectGolden(golden, 'cost', [solved.cost]);
    });
  });

  describeGolden('ot.emd.assignment', (golden) => {
    it('finds the assignment', () => {
      const solved = optimalTransport(fromGolden(golden.inputs.M), engine());
      expectGolden(golden, 'plan', toDense(solved.plan).data);
      expectGolden(golden, 'permutation', solved.plan.columnIndices);
      expectGolden(golden, 'cost', [solved.cost]);
    });
  });

  describeGolden('ot.emd.degenerate', (golden) => {
    it('finds the cost', () => {
      expectGolden(golden, 'cost', [optimalTransport(fromGolden(golden.inputs.M), engine()).cost]);
    });
  });

  describeGolden('ot.partial', (golden) => {
    it('finds the plan', () => {
      const { Xs, Xt } = golden.inputs;
      const cost = referenceLinearAlgebra.squaredDistances(fromGolden(Xs), fromGolden(Xt));
      const solved = partialTransport(cost, golden.options.mass as number, engine());
      const plan = toDense(solved.plan);
      expectGolden(golden, 'plan', plan.data);
      expectGolden(golden, 'cost', [solved.cost]);
      expectGolden(golden, 'mass', [plan.data.reduce((sum, value) => sum + value, 0)]);
    });
  });

  describeGolden('ot.da.emd', (golden) => {
    it('finds the plan between the domains', () => {
      const { Xs, Xt } = golden.inputs;
      const cost = referenceLinearAlgebra.squaredDistances(fromGolden(Xs), fromGolden(Xt));
      const solved = optimalTransport(cost, engine());
      expectGolden(golden, 'plan', toDense(solved.plan).data);
      expectGolden(golden, 'cost', [solved.cost]);
    });
  });
});

describe('optimalTransport', () => {
  it('refuses what is not a transport problem', () => {
    const cost = fromRows([
      [1, 2],
      [3, 4],
    ]);
    errorOf(() => optimalTransport(denseMatrix(0, 2)), 'SHAPE_MISMATCH');
    errorOf(() => optimalTransport(cost, { sourceWeights: new Float64Array(3) }), 'SHAPE_MISMATCH');
    for (const sourceWeights of [
      Float64Array.of(1, 1),
      Float64Array.of(2, -1),
      Float64Array.of(0, 0),
      Float64Array.of(Number.NaN, 1),
    ]) {
      errorOf(() => optimalTransport(cost, { sourceWeights }), 'INVALID_DATA');
    }
    const bad = fromRows([[1, Infinity]]);
    expect(errorOf(() => optimalTransport(bad), 'INVALID_DATA')).toMatchObject({ firstIndex: 1 });
  });
});

import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import {
  barycentricMap,
  classSparseSinkhorn,
  referenceLinearAlgebra as linalg,
  sinkhorn,
  type ClassPenalty,
  type ClassSparseSinkhornOptions,
  type RegularizedPlan,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden, type GoldenCase } from '../../../../tools/testing/golden.js';
import { errorOf, fromGolden, largestDifference } from '../support/matrices.js';
import { numbers, pointClouds, weights } from './problems.js';

function solveGolden(golden: GoldenCase, penalty: ClassPenalty): RegularizedPlan {
  const [xs, xt] = [golden.inputs['Xs'], golden.inputs['Xt']].map(fromGolden);
  return classSparseSinkhorn(linalg.squaredDistances(xs, xt), {
    classes: golden.inputs['ys'].data,
    regularization: golden.options['reg'] as number,
    classRegularization: golden.options['eta'] as number,
    penalty,
  });
}

describeGolden('ot.da.l1l2', (golden) => {
  it('finds the optimum', () => {
    const solved = solveGolden(golden, { type: 'l1-l2' });
    expectGolden(golden, 'plan', solved.plan.data);
    const xt = fromGolden(golden.inputs['Xt']);
    expectGolden(golden, 'mapped', barycentricMap(linalg, solved.plan, xt).data);
    // Σ P·log P = KL(P | a·bᵀ) − log n − log m for uniform weights.
    const offset = Math.log(solved.plan.rows) + Math.log(solved.plan.columns);
    const reg = golden.options['reg'] as number;
    expectGolden(golden, 'objective', [solved.objective - reg * offset]);
    expect(solved).toMatchObject({ converged: true, reason: 'gap' });
  });
});

describeGolden('ot.da.lpl1', (golden) => {
  it('finds the plan of ten steps', () => {
    const { plan, iterations } = solveGolden(golden, { type: 'lp-l1' });
    expect(iterations).toBeLessThanOrEqual(golden.options['steps'] as number);
    expectGolden(golden, 'plan', plan.data);
    const xt = fromGolden(golden.inputs['Xt']);
    expectGolden(golden, 'mapped', barycentricMap(linalg, plan, xt).data);
    const masses = new Float64Array(3 * plan.columns);
    plan.data.forEach((value, p) => {
      const label = golden.inputs['ys'].data[Math.floor(p / plan.columns)];
      masses[label * plan.columns + (p % plan.columns)] += value;
    });
    expectGolden(golden, 'classMass', masses);
  });
});

/** Σ P·C + ε·KL(P | a·bᵀ) + η·Ω(P), entry by entry. */
function objectiveOf(
  cost: DenseMatrix,
  plan: DenseMatrix,
  options: ClassSparseSinkhornOptions & {
    readonly sourceWeights: Float64Array;
    readonly targetWeights: Float64Array;
  },
): number {
  const {
    classes,
    regularization,
    classRegularization,
    sourceWeights: a,
    targetWeights: b,
  } = options;
  const { penalty = { type: 'l1-l2' } } = options;
  let sum = 0;
  const groups = new Map<string, number[]>();
  plan.data.forEach((share, p) => {
    const i = Math.floor(p / plan.columns);
    const j = p % plan.columns;
    const independent = a[i] * b[j];
    sum += share * cost.data[p];
    if (share > 0) sum += regularization * share * Math.log(share / independent);
    sum += regularization * (independent - share);
    const key = `${classes[i]} ${j}`;
    groups.set(key, [...(groups.get(key) ?? []), share]);
  });
  for (const group of groups.values()) {
    sum +=
      classRegularization *
      (penalty.type === 'l1-l2'
        ? Math.hypot(...group)
        : (group.reduce((x, y) => x + y, 0) + (penalty.offset ?? 1e-3)) ** (penalty.power ?? 0.5));
  }
  return sum;
}

/** A problem with weights, some of them zero, and three classes. */
function weightedProblem(seed: number): {
  readonly cost: DenseMatrix;
  readonly options: ClassSparseSinkhornOptions & {
    readonly sourceWeights: Float64Array;
    readonly targetWeights: Float64Array;
  };
} {
  const next = numbers(seed);
  const { cost } = pointClouds(14, 9, 2, seed);
  return {
    cost,
    options: {
      classes: Array.from({ length: 14 }, (_, i) => i % 3),
      regularization: 0.05 + 0.3 * next(),
      classRegularization: 0.05 + next(),
      sourceWeights: weights(14, next, 5),
      targetWeights: weights(9, next, 5),
    },
  };
}

describe.each<[string, ClassPenalty]>([
  ['l1-l2', { type: 'l1-l2' }],
  ['lp-l1', { type: 'lp-l1' }],
  ['lp-l1 of power 0.3', { type: 'lp-l1', power: 0.3, offset: 0.01 }],
])('classSparseSinkhorn with %s', (_, penalty) => {
  it('keeps the marginals and reports the objective of its comment', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { cost, options } = weightedProblem(seed);
      const all = { ...options, penalty };
      const solved = classSparseSinkhorn(cost, all);
      expect(solved.converged).toBe(true);
      expect(solved.objective).toBeCloseTo(objectiveOf(cost, solved.plan, all), 12);
      const left = [options.sourceWeights.slice(), options.targetWeights.slice()];
      solved.plan.data.forEach((value, p) => {
        left[0][Math.floor(p / 9)] -= value;
        left[1][p % 9] -= value;
      });
      expect(Math.max(...left.flatMap((side) => Array.from(side, Math.abs)))).toBeLessThan(1e-10);
    }
  });

  it('is not worse with more steps, and says when it had to stop', () => {
    const { cost, options } = weightedProblem(3);
    const after = (maxIterations: number): RegularizedPlan =>
      classSparseSinkhorn(cost, { ...options, penalty, maxIterations, tolerance: 0 });
    expect(after(2)).toMatchObject({ iterations: 2, converged: false, reason: 'max-iterations' });
    for (let k = 1; k < 5; k++) {
      expect(after(k + 1).objective).toBeLessThan(after(k).objective + 1e-12);
    }
    expect(after(2).objective).toBeLessThan(after(1).objective - 1e-4);
  });

  it('is entropic transport where the penalty weighs nothing', () => {
    const { cost, options } = weightedProblem(4);
    const solved = classSparseSinkhorn(cost, { ...options, penalty, classRegularization: 0 });
    const plain = sinkhorn(cost, { ...options, tolerance: 1e-11 });
    expect(largestDifference(solved.plan, plain.plan)).toBeLessThan(1e-12);
    expect(solved).toMatchObject({ iterations: 2, converged: true });
  });

  it('lowers the penalty of the plan the more it weighs', () => {
    const { cost, options } = weightedProblem(6);
    const penaltyOf = (classRegularization: number): number => {
      const { plan } = classSparseSinkhorn(cost, { ...options, penalty, classRegularization });
      const all = { ...options, penalty, regularization: 0, classRegularization: 1 };
      return objectiveOf(denseMatrix(cost.rows, cost.columns), plan, all);
    };
    const penalties = [0, 0.3, 1].map(penaltyOf);
    expect(penalties[1]).toBeLessThan(penalties[0] - 0.01);
    expect(penalties[2]).toBeLessThan(penalties[1] - 0.01);
  });
});

describe('classSparseSinkhorn', () => {
  it('sends each target one class where a concave penalty weighs much', () => {
    const { cost } = pointClouds(20, 12, 2, 6);
    const classes = Array.from({ length: 20 }, (_, i) => i % 2);
    // Share of the mass that comes from the main class of its target; 1 when all targets are pure.
    const purity = (classRegularization: number): number => {
      const penalty = { type: 'lp-l1', offset: 1e-4 } as const;
      const options = { classes, regularization: 0.1, classRegularization, penalty };
      const { plan } = classSparseSinkhorn(cost, options);
      let sum = 0;
      for (let j = 0; j < 12; j++) {
        const masses = [0, 0];
        for (let i = 0; i < 20; i++) masses[i % 2] += plan.data[12 * i + j];
        sum += Math.max(...masses);
      }
      return sum;
    };
    expect(purity(0)).toBeLessThan(0.6);
    expect(purity(0.3)).toBeGreaterThan(0.95);
  });

  it('has a gap that bounds how much better a plan could be', () => {
    const { cost, options } = weightedProblem(7);
    const best = classSparseSinkhorn(cost, { ...options, tolerance: 1e-13 });
    for (let maxIterations = 2; maxIterations < 6; maxIterations++) {
      const early = classSparseSinkhorn(cost, { ...options, tolerance: 0, maxIterations });
      const loss = early.objective - best.objective;
      expect(loss).toBeGreaterThan(-1e-12);
      expect(loss).toBeLessThanOrEqual(early.gap + 1e-12);
    }
  });

  it.each(['l1-l2', 'lp-l1'] as const)(
    'keeps the mass of the plan, and says so, when Sinkhorn runs out of iterations (%s)',
    (type) => {
      const { cost } = pointClouds(16, 16, 2);
      const regularization = 1e-3;
      const first = sinkhorn(cost, { regularization, tolerance: 1e-11 });
      expect(first.diagnostics.reason).toBe('max-iterations');
      const classes = Array.from({ length: 16 }, (_, i) => i % 2);
      const options = { classes, regularization, classRegularization: 0.1, penalty: { type } };
      for (const maxIterations of [1, 10]) {
        const solved = classSparseSinkhorn(cost, { ...options, maxIterations });
        expect(solved.converged).toBe(false);
        expect(solved.reason).toMatch(/^(max|inner)-iterations$/);
        for (let i = 0; i < 16; i++) {
          const row = solved.plan.data.subarray(16 * i, 16 * (i + 1));
          expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1 / 16, 5);
        }
      }
    },
  );

  it('refuses classes and options it cannot use', () => {
    const { cost, options } = weightedProblem(1);
    const solve = (change: Partial<ClassSparseSinkhornOptions>) => () =>
      classSparseSinkhorn(cost, { ...options, ...change });
    errorOf(solve({ classes: [0, 1] }), 'SHAPE_MISMATCH');
    for (const label of [-1, 0.5, Number.NaN]) {
      expect(
        errorOf(solve({ classes: [0, label, ...new Array<number>(12).fill(0)] }), 'INVALID_DATA'),
      ).toMatchObject({
        firstIndex: 1,
      });
    }
    errorOf(solve({ regularization: 0 }), 'INVALID_OPTION');
    errorOf(solve({ classRegularization: -1 }), 'INVALID_OPTION');
    errorOf(solve({ penalty: { type: 'lp-l1', power: 1 } }), 'INVALID_OPTION');
    errorOf(solve({ penalty: { type: 'lp-l1', offset: 0 } }), 'INVALID_OPTION');
    errorOf(() => classSparseSinkhorn(denseMatrix(0, 1), options), 'SHAPE_MISMATCH');
  });
});

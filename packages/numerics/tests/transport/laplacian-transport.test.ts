import { denseMatrix, toDense, type DenseMatrix, type Matrix } from '@graft-ml/core';
import {
  barycentricMap,
  graphLaplacian,
  laplacianTransport,
  neighbourGraph,
  optimalTransport,
  randomSource,
  referenceLinearAlgebra as linalg,
  sinkhorn,
  type LaplacianTransportOptions,
} from '@graft-ml/numerics';
import {
  errorOf,
  fromRows,
  identity,
  largestDifference,
  normalMatrix,
} from '../support/matrices.js';
import { numbers, weights } from './problems.js';

type MatrixOptions = Omit<LaplacianTransportOptions, 'sourceLaplacian'> & {
  readonly sourceLaplacian?: Matrix;
};

type Weighted = MatrixOptions & {
  readonly sourceWeights: Float64Array;
  readonly targetWeights: Float64Array;
};

/** The objective of the doc comment, with the graphs' edges in place of their Laplacians. */
function objectiveOf(cost: DenseMatrix, plan: DenseMatrix, options: Weighted): number {
  const { sourceWeights: a, targetWeights: b, sourceShare = 0.5, regularization = 0 } = options;
  const [x, y] = [toDense(options.source), toDense(options.target)];
  const d = x.columns;
  const moves = options.smooth === 'displacements';
  const z = Array.from({ length: x.rows }, (_, i) =>
    Array.from({ length: d }, (__, k) => {
      let sum = moves ? -a[i] * x.data[i * d + k] : 0;
      for (let j = 0; j < y.rows; j++) sum += plan.data[i * y.rows + j] * y.data[j * d + k];
      return sum;
    }),
  );
  const w = Array.from({ length: y.rows }, (_, j) =>
    Array.from({ length: d }, (__, k) => {
      let sum = moves ? -b[j] * y.data[j * d + k] : 0;
      for (let i = 0; i < x.rows; i++) sum += plan.data[i * y.rows + j] * x.data[i * d + k];
      return sum;
    }),
  );
  const roughness = (laplacian: DenseMatrix, rows: number[][]): number => {
    let sum = 0;
    rows.forEach((p, i) =>
      rows.forEach((q, k) => {
        const edge = i === k ? 0 : -laplacian.data[i * rows.length + k];
        p.forEach((value, c) => (sum += (edge * (value - q[c]) ** 2) / 2));
      }),
    );
    return sum;
  };
  let total = 0;
  if (options.sourceLaplacian) {
    total += sourceShare * roughness(toDense(options.sourceLaplacian), z);
  }
  if (options.targetLaplacian) {
    total += (1 - sourceShare) * roughness(toDense(options.targetLaplacian), w);
  }
  total *= options.laplacianRegularization;
  plan.data.forEach((share, p) => {
    const independent = a[Math.floor(p / b.length)] * b[p % b.length];
    total += share * cost.data[p];
    if (share > 0) total += regularization * share * Math.log(share / independent);
    total += regularization * (independent - share);
  });
  return total;
}

function cloudProblem(seed: number, change: Partial<MatrixOptions> = {}) {
  const random = randomSource(seed);
  const next = numbers(seed);
  const source = normalMatrix(10, 2, random);
  const target = normalMatrix(8, 2, random);
  const laplacian = (rows: DenseMatrix): DenseMatrix =>
    toDense(graphLaplacian(neighbourGraph(linalg, rows, { nNeighbours: 3 })));
  const options: Weighted = {
    source,
    target,
    sourceLaplacian: laplacian(source),
    targetLaplacian: laplacian(target),
    laplacianRegularization: 20,
    sourceShare: 0.3,
    sourceWeights: weights(10, next, 5),
    targetWeights: weights(8, next, 5),
    ...change,
  };
  return { cost: linalg.squaredDistances(source, target), options };
}

describe.each<[string, Partial<MatrixOptions>]>([
  ['smooth positions', { smooth: 'positions' }],
  ['smooth displacements', { smooth: 'displacements' }],
  [
    'smooth positions and entropy',
    { smooth: 'positions', regularization: 0.3, laplacianRegularization: 5 },
  ],
  [
    'smooth displacements and entropy',
    { smooth: 'displacements', regularization: 0.3, laplacianRegularization: 5 },
  ],
])('laplacianTransport for %s', (_, variant) => {
  it('keeps the marginals and reports the objective of its comment', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { cost, options } = cloudProblem(seed, variant);
      const solved = laplacianTransport(linalg, cost, options);
      expect(solved).toMatchObject({ converged: true, reason: 'gap' });
      expect(solved.objective).toBeCloseTo(objectiveOf(cost, solved.plan, options), 11);
      const left = [options.sourceWeights.slice(), options.targetWeights.slice()];
      solved.plan.data.forEach((value, p) => {
        left[0][Math.floor(p / 8)] -= value;
        left[1][p % 8] -= value;
      });
      expect(Math.max(...left.flatMap((side) => Array.from(side, Math.abs)))).toBeLessThan(1e-5);
      expect(solved.plan.data.every((value) => value >= 0)).toBe(true);
    }
  });

  it('has a gap that bounds how much better a plan could be', () => {
    const { cost, options } = cloudProblem(6, variant);
    const best = laplacianTransport(linalg, cost, { ...options, tolerance: 1e-5 });
    expect(best.converged).toBe(true);
    for (const maxIterations of [2, 4, 8]) {
      const early = laplacianTransport(linalg, cost, { ...options, tolerance: 0, maxIterations });
      const loss = early.objective - best.objective;
      expect(early).toMatchObject({ converged: false, reason: 'max-iterations' });
      expect(loss).toBeGreaterThan(-1e-5 * best.objective);
      // The plan has made one more step since the gap was measured.
      expect(loss).toBeLessThanOrEqual(early.gap);
    }
  });

  it('is plain transport where the graphs weigh nothing', () => {
    const { cost, options } = cloudProblem(7, { ...variant, laplacianRegularization: 0 });
    const { plan } = laplacianTransport(linalg, cost, { ...options, tolerance: 1e-9 });
    const plain =
      variant.regularization === undefined
        ? toDense(optimalTransport(cost, options).plan)
        : sinkhorn(cost, { ...options, regularization: variant.regularization, tolerance: 1e-11 })
            .plan;
    expect(largestDifference(plan, plain)).toBeLessThan(1e-10);
  });
});

describe('laplacianTransport', () => {
  it('finds the best plan between two rows and two rows', () => {
    const source = fromRows([[0], [1]]);
    const target = fromRows([[0.2], [2]]);
    const edge = fromRows([
      [1, -1],
      [-1, 1],
    ]);
    const cost = linalg.squaredDistances(source, target);
    const sides = {
      sourceWeights: Float64Array.of(0.5, 0.5),
      targetWeights: Float64Array.of(0.5, 0.5),
    };
    for (const laplacianRegularization of [0.5, 1, 3]) {
      const options = { source, target, sourceLaplacian: edge, laplacianRegularization, ...sides };
      let least = Infinity;
      for (let k = 0; k <= 1000; k++) {
        const t = k / 2000;
        const plan = denseMatrix(2, 2, Float64Array.of(t, 0.5 - t, 0.5 - t, t));
        least = Math.min(least, objectiveOf(cost, plan, options));
      }
      const solved = laplacianTransport(linalg, cost, { ...options, tolerance: 1e-10 });
      expect(solved.objective).toBeLessThan(least + 1e-12);
      expect(solved.objective).toBeGreaterThan(least - 1e-5);
    }
  });

  it('takes a function in place of the matrix of the source', () => {
    const { cost, options } = cloudProblem(8);
    const laplacian = toDense(options.sourceLaplacian ?? identity(10));
    const expected = laplacianTransport(linalg, cost, { ...options, sourceLaplacian: laplacian });
    const { plan } = laplacianTransport(linalg, cost, {
      ...options,
      sourceLaplacian: (rows) => linalg.multiply(laplacian, rows),
    });
    expect(plan).toEqual(expected.plan);
  });

  it('moves neighbours more alike the more the graph weighs', () => {
    const { cost, options } = cloudProblem(8);
    const uniform = {
      ...options,
      sourceWeights: new Float64Array(10).fill(1 / 10),
      targetWeights: new Float64Array(8).fill(1 / 8),
      sourceShare: 1,
    };
    const roughness = [0, 10, 200].map((laplacianRegularization) => {
      const { plan } = laplacianTransport(linalg, cost, { ...uniform, laplacianRegularization });
      const mapped = barycentricMap(linalg, plan, options.target);
      const pulled = linalg.multiply(toDense(options.sourceLaplacian ?? identity(10)), mapped);
      return pulled.data.reduce((sum, value, p) => sum + value * mapped.data[p], 0);
    });
    expect(roughness[1]).toBeLessThan(0.8 * roughness[0]);
    expect(roughness[2]).toBeLessThan(0.8 * roughness[1]);
  });

  it('leaves a common shift alone when displacements are to be smooth', () => {
    const source = normalMatrix(12, 2);
    const target = { ...source, data: source.data.map((value) => value + 3) };
    const sourceLaplacian = graphLaplacian(neighbourGraph(linalg, source, { nNeighbours: 3 }));
    const cost = linalg.squaredDistances(source, target);
    const { plan, objective } = laplacianTransport(linalg, cost, {
      source,
      target,
      sourceLaplacian,
      laplacianRegularization: 1000,
      smooth: 'displacements',
    });
    const expected = denseMatrix(
      12,
      12,
      identity(12).data.map((one) => one / 12),
    );
    expect(largestDifference(plan, expected)).toBeLessThan(1e-12);
    expect(objective).toBeCloseTo(18, 10);
  });

  it('refuses matrices and options that do not fit', () => {
    const { cost, options } = cloudProblem(1);
    const solve = (change: Partial<MatrixOptions>) => () =>
      laplacianTransport(linalg, cost, { ...options, ...change });
    errorOf(solve({ source: options.target }), 'SHAPE_MISMATCH');
    errorOf(solve({ target: normalMatrix(8, 3) }), 'SHAPE_MISMATCH');
    errorOf(solve({ sourceLaplacian: identity(8) }), 'SHAPE_MISMATCH');
    errorOf(solve({ targetLaplacian: identity(10) }), 'SHAPE_MISMATCH');
    errorOf(solve({ laplacianRegularization: -1 }), 'INVALID_OPTION');
    errorOf(solve({ regularization: -1 }), 'INVALID_OPTION');
    errorOf(solve({ sourceShare: 1.5 }), 'INVALID_OPTION');
    errorOf(solve({ sourceWeights: new Float64Array(10).fill(1) }), 'INVALID_DATA');
  });
});

import fc from 'fast-check';
import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import {
  elasticNet,
  evaluateCurve,
  fitIsotonicCurve,
  isotonicRegression,
  linearAssignment,
  nonNegativeLeastSquares,
  projectOnSimplex,
  randomSource,
  referenceLinearAlgebra as linalg,
  singularValueThreshold,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { errorOf, fromGolden, fromRows, normalMatrix } from './support/matrices.js';

const runs = { numRuns: 60, seed: 1 };

describeGolden('num.simplexproj', (golden) => {
  it('projects', () => expectGolden(golden, 'x', projectOnSimplex(golden.inputs['v'].data)));
});

describeGolden('num.nnls', (golden) => {
  it('solves', () => {
    const result = nonNegativeLeastSquares(
      linalg,
      fromGolden(golden.inputs['A']),
      golden.inputs['b'].data,
    );
    expectGolden(golden, 'x', result.x);
    expectGolden(golden, 'residualNorm', [result.residualNorm]);
    expect(result).toMatchObject({ converged: true, reason: 'optimal' });
  });
});

describeGolden('num.lasso', (golden) => {
  it('fits coefficients and intercept', () => {
    const result = elasticNet(fromGolden(golden.inputs['A']), golden.inputs['b'].data, {
      regularization: golden.options['alpha'] as number,
      l1Ratio: golden.options['l1_ratio'] as number,
      tolerance: 1e-14,
    });
    expectGolden(golden, 'coef', result.coefficients);
    expectGolden(golden, 'intercept', [result.intercept]);
    expect(result).toMatchObject({ converged: true, reason: 'gap' });
  });
});

describeGolden('num.svt', (golden) => {
  it('thresholds', () => {
    const { x, rank, nuclearNorm } = singularValueThreshold(
      linalg,
      fromGolden(golden.inputs['M']),
      golden.options['tau'] as number,
    );
    expectGolden(golden, 'X', x.data);
    expectGolden(golden, 'rank', [rank]);
    expectGolden(golden, 'nuclear', [nuclearNorm]);
  });
});

describeGolden('num.assignment', (golden) => {
  it('pairs', () => {
    const { columns, total } = linearAssignment(fromGolden(golden.inputs['cost']));
    expectGolden(golden, 'columns', columns);
    expectGolden(golden, 'total', [total]);
  });
});

describeGolden('learn.isotonic', (golden) => {
  it('fits and interpolates', () => {
    const { x, y, w } = golden.inputs;
    const curve = fitIsotonicCurve(x.data, y.data, w.data);
    expectGolden(
      golden,
      'fitted',
      x.data.map((at) => evaluateCurve(curve, at)),
    );
    const points = golden.options['interpolateAt'] as number[];
    expectGolden(
      golden,
      'interpolated',
      points.map((at) => evaluateCurve(curve, at)),
    );
  });
});

describe('projectOnSimplex', () => {
  it('is feasible and nearer than any other feasible point tried', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (n, seed) => {
        const random = randomSource(seed);
        const v = Array.from({ length: n }, () => 3 * random.normal());
        const total = 0.5 + random.uniform();
        const x = projectOnSimplex(v, total);
        expect(x.reduce((a, b) => a + b)).toBeCloseTo(total, 12);
        expect(x.every((value) => value >= 0)).toBe(true);
        // Optimality: v − x is the same θ on the support and at most θ off it.
        const theta = Math.max(...v.map((value, i) => value - x[i]));
        x.forEach((value, i) => {
          if (value > 0) expect(v[i] - value).toBeCloseTo(theta, 10);
        });
      }),
      runs,
    );
    errorOf(() => projectOnSimplex([1], 0), 'INVALID_OPTION');
    errorOf(() => projectOnSimplex([]), 'INVALID_OPTION');
  });
});

describe('nonNegativeLeastSquares', () => {
  it('meets the optimality conditions, also with repeated columns and more columns than rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        fc.nat(1000),
        (m, n, repeat, seed) => {
          const random = randomSource(seed);
          const a = normalMatrix(m, n, random);
          if (repeat) for (let i = 0; i < m; i++) a.data[i * n] = a.data[i * n + n - 1];
          const b = Array.from({ length: m }, () => random.normal());
          const { x, residualNorm, converged } = nonNegativeLeastSquares(linalg, a, b);
          expect(converged).toBe(true);
          const residual = b.map((value, i) => {
            let fitted = 0;
            for (let j = 0; j < n; j++) fitted += a.data[i * n + j] * x[j];
            return value - fitted;
          });
          expect(residualNorm).toBeCloseTo(Math.sqrt(residual.reduce((s, r) => s + r * r, 0)), 10);
          for (let j = 0; j < n; j++) {
            const gain = residual.reduce((sum, r, i) => sum + r * a.data[i * n + j], 0);
            expect(x[j]).toBeGreaterThanOrEqual(0);
            expect(gain).toBeLessThan(1e-10);
            if (x[j] > 0) expect(Math.abs(gain)).toBeLessThan(1e-10);
          }
        },
      ),
      { ...runs, numRuns: 150 },
    );
  });

  it('gives zeros when everything points away, and refuses lengths that do not fit', () => {
    const a = fromRows([[1], [1]]);
    const { x, iterations } = nonNegativeLeastSquares(linalg, a, [-1, -2]);
    expect([Array.from(x), iterations]).toEqual([[0], 0]);
    errorOf(() => nonNegativeLeastSquares(linalg, a, [1]), 'SHAPE_MISMATCH');
  });
});

describe('elasticNet', () => {
  /** Largest violation of the subgradient conditions of the objective in the doc comment. */
  const violation = (
    x: DenseMatrix,
    y: readonly number[],
    { coefficients: w, intercept }: { coefficients: Float64Array; intercept: number },
    [l1, l2]: readonly [number, number],
  ): number => {
    const n = x.rows;
    const residual = y.map((value, i) => {
      let fitted = intercept;
      for (let j = 0; j < w.length; j++) fitted += x.data[i * w.length + j] * w[j];
      return value - fitted;
    });
    let worst = 0;
    for (let j = 0; j < w.length; j++) {
      let gradient = -l2 * w[j];
      for (let i = 0; i < n; i++) gradient += (x.data[i * w.length + j] * residual[i]) / n;
      const distance =
        w[j] === 0
          ? Math.max(0, Math.abs(gradient) - l1)
          : Math.abs(gradient - l1 * Math.sign(w[j]));
      worst = Math.max(worst, distance);
    }
    return worst;
  };

  it.each([1, 0.5, 0])('meets the optimality conditions for l1Ratio %d', (l1Ratio) => {
    const random = randomSource(3);
    const x = normalMatrix(40, 12, random);
    const y = Array.from({ length: 40 }, (_, i) => 5 + x.data[i * 12] - random.normal());
    const regularization = 0.1;
    const weights = [regularization * l1Ratio, regularization * (1 - l1Ratio)] as const;
    for (const fitIntercept of [true, false]) {
      const options = { regularization, l1Ratio, fitIntercept, tolerance: 1e-14 };
      const result = elasticNet(x, y, options);
      expect(result.converged).toBe(true);
      expect(result.dualityGap).toBeLessThan(1e-12);
      expect(violation(x, y, result, weights)).toBeLessThan(1e-6);
      if (!fitIntercept) expect(result.intercept).toBe(0);
      if (l1Ratio === 1) expect(result.coefficients.some((value) => value === 0)).toBe(true);
    }
  });

  it('has a gap that bounds the distance to the minimum at every stage', () => {
    const x = normalMatrix(20, 8);
    const y = Array.from({ length: 20 }, (_, i) => x.data[i * 8] + x.data[i * 8 + 1]);
    const value = (w: Float64Array): number => {
      let sum = 0;
      y.forEach((target, i) => {
        let fitted = 0;
        for (let j = 0; j < 8; j++) fitted += x.data[i * 8 + j] * w[j];
        sum += (target - fitted) ** 2 / 40;
      });
      return w.reduce((total, entry) => total + 0.05 * Math.abs(entry), sum);
    };
    const options = { regularization: 0.05, fitIntercept: false };
    const best = value(elasticNet(x, y, { ...options, tolerance: 1e-15 }).coefficients);
    for (const maxIterations of [1, 2, 3, 5]) {
      const result = elasticNet(x, y, { ...options, maxIterations, tolerance: 0 });
      expect(result).toMatchObject({ converged: false, reason: 'max-iterations' });
      const above = value(result.coefficients) - best;
      expect(above).toBeLessThanOrEqual(result.dualityGap + 1e-12);
      expect(above).toBeGreaterThanOrEqual(-1e-12);
    }
  });

  it('drops everything above the critical weight, copes with constant columns, and checks its input', () => {
    const x = fromRows([
      [1, 7],
      [2, 7],
      [3, 7],
    ]);
    const none = elasticNet(x, [1, 2, 3], { regularization: 1 });
    expect(Array.from(none.coefficients)).toEqual([0, 0]);
    expect(none.intercept).toBeCloseTo(2, 12);
    const some = elasticNet(x, [1, 2, 3], { regularization: 0.1 });
    expect(some.coefficients[0]).toBeCloseTo(1 - 0.1 / (2 / 3), 8);
    expect(some.coefficients[1]).toBe(0);
    errorOf(() => elasticNet(x, [1, 2]), 'SHAPE_MISMATCH');
    errorOf(() => elasticNet(x, [1, 2, 3], { regularization: 0 }), 'INVALID_OPTION');
    errorOf(() => elasticNet(x, [1, 2, 3], { l1Ratio: 2 }), 'INVALID_OPTION');
  });
});

describe('singularValueThreshold', () => {
  it('gives zero when the threshold exceeds every singular value', () => {
    const { x, rank, nuclearNorm } = singularValueThreshold(linalg, normalMatrix(3, 4), 100);
    expect([rank, nuclearNorm]).toEqual([0, 0]);
    expect(x.data.every((value) => value === 0)).toBe(true);
  });
});

describe('linearAssignment', () => {
  const cheapest = (cost: DenseMatrix, row: number, used: number): number => {
    if (row === cost.rows) return 0;
    let best = Infinity;
    for (let j = 0; j < cost.columns; j++) {
      if (used & (1 << j)) continue;
      const rest = cheapest(cost, row + 1, used | (1 << j));
      best = Math.min(best, cost.data[row * cost.columns + j] + rest);
    }
    return best;
  };

  it('is as cheap as trying every pairing, wide and tall, with ties and negative costs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.nat(1000),
        (m, n, ties, seed) => {
          const random = randomSource(seed);
          const draw = (): number => (ties ? random.integer(3) : random.normal());
          const cost = denseMatrix(m, n, Float64Array.from({ length: m * n }, draw));
          const { columns, total } = linearAssignment(cost);
          const flipped = denseMatrix(n, m);
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) flipped.data[j * m + i] = cost.data[i * n + j];
          }
          expect(total).toBeCloseTo(cheapest(m <= n ? cost : flipped, 0, 0), 12);
          const used = columns.filter((j) => j >= 0);
          expect(used).toHaveLength(Math.min(m, n));
          expect(new Set(used).size).toBe(used.length);
          let sum = 0;
          columns.forEach((j, i) => (sum += j < 0 ? 0 : cost.data[i * n + j]));
          expect(sum).toBeCloseTo(total, 12);
        },
      ),
      runs,
    );
  });

  it('handles no rows and refuses costs that are not finite', () => {
    expect(linearAssignment(denseMatrix(0, 3))).toEqual({ columns: new Int32Array(0), total: 0 });
    expect(
      errorOf(() => linearAssignment(fromRows([[1, Infinity]])), 'INVALID_DATA'),
    ).toMatchObject({ firstIndex: 1 });
  });
});

describe('isotonicRegression', () => {
  it('satisfies the min-max formula max over a ≤ i of min over b ≥ i of the weighted mean of a … b', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (n, seed) => {
        const random = randomSource(seed);
        const y = Array.from({ length: n }, () => random.integer(6));
        const w = Array.from({ length: n }, () => 0.2 + random.uniform());
        const mean = (a: number, b: number): number => {
          let sum = 0;
          let mass = 0;
          for (let k = a; k <= b; k++) {
            sum += w[k] * y[k];
            mass += w[k];
          }
          return sum / mass;
        };
        isotonicRegression(y, w).forEach((value, i) => {
          let expected = -Infinity;
          for (let a = 0; a <= i; a++) {
            let least = Infinity;
            for (let b = i; b < n; b++) least = Math.min(least, mean(a, b));
            expected = Math.max(expected, least);
          }
          expect(value).toBeCloseTo(expected, 10);
        });
      }),
      runs,
    );
  });

  it('pools equal arguments, ignores weight zero, and clips outside', () => {
    const curve = fitIsotonicCurve([2, 1, 1, 3], [5, 1, 3, 100], [1, 1, 1, 0]);
    expect(Array.from(curve.x)).toEqual([1, 2]);
    expect(Array.from(curve.y)).toEqual([2, 5]);
    expect([0, 1, 1.5, 2, 9].map((at) => evaluateCurve(curve, at))).toEqual([2, 2, 3.5, 5, 5]);
    expect(evaluateCurve(fitIsotonicCurve([], []), 0)).toBeNaN();
    errorOf(() => fitIsotonicCurve([1], [1, 2]), 'SHAPE_MISMATCH');
    errorOf(() => isotonicRegression([1], [1, 2]), 'SHAPE_MISMATCH');
  });
});

import {
  boxProximal,
  elasticNet,
  elasticNetProximal,
  groupProximal,
  l1Proximal,
  minimizeProximal,
  nuclearProximal,
  projectOnSimplex,
  randomSource,
  referenceLinearAlgebra as linalg,
  simplexProximal,
  singularValueThreshold,
  type Objective,
  type ProximalOperator,
} from '@graft-ml/numerics';
import { errorOf, normalMatrix } from './support/matrices.js';

/** ½ ‖x − target‖², whose proximal minimiser is one step of the operator. */
const distanceTo =
  (target: ArrayLike<number>): Objective =>
  (x, gradient) => {
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      gradient[i] = x[i] - target[i];
      value += gradient[i] ** 2 / 2;
    }
    return value;
  };

describe('proximal operators', () => {
  const random = randomSource(4);
  const point = Float64Array.from({ length: 12 }, () => 2 * random.normal());
  const after = (operator: ProximalOperator, step = 1): Float64Array => {
    const x = point.slice();
    operator(x, step);
    return x;
  };

  it('minimise ½‖z − x‖² + step·g(z): no nearby z does better', () => {
    const nuclear = (z: Float64Array): number =>
      linalg
        .svd({ format: 'dense', rows: 3, columns: 4, data: z })
        .s.reduce((sum, value) => sum + value, 0);
    const rows = (z: Float64Array): number => {
      let sum = 0;
      for (let i = 0; i < 12; i += 4) sum += Math.hypot(...z.subarray(i, i + 4));
      return sum;
    };
    const l1 = (z: Float64Array): number => z.reduce((sum, value) => sum + Math.abs(value), 0);
    const l2 = (z: Float64Array): number => z.reduce((sum, value) => sum + value ** 2 / 2, 0);
    const cases: [ProximalOperator, (z: Float64Array) => number][] = [
      [l1Proximal(0.7), (z) => 0.7 * l1(z)],
      [elasticNetProximal(0.7, 0.4), (z) => 0.7 * (0.4 * l1(z) + 0.6 * l2(z))],
      [groupProximal(1.1, 4), (z) => 1.1 * rows(z)],
      [nuclearProximal(linalg, 0.9, 3, 4), (z) => 0.9 * nuclear(z)],
    ];
    for (const [operator, penalty] of cases) {
      const best = after(operator, 1.5);
      const value = (z: Float64Array): number =>
        z.reduce((sum, entry, i) => sum + (entry - point[i]) ** 2 / 2, 0) + 1.5 * penalty(z);
      for (let trial = 0; trial < 100; trial++) {
        const other = best.map((entry) => entry + 0.1 * random.normal());
        expect(value(other)).toBeGreaterThan(value(best));
      }
    }
  });

  it('project on boxes and the simplex', () => {
    expect(after(boxProximal(-1, 0.5))).toEqual(point.map((v) => Math.min(0.5, Math.max(-1, v))));
    expect(after(simplexProximal(2))).toEqual(projectOnSimplex(point, 2));
  });

  it('drop whole groups', () => {
    const x = Float64Array.of(0.3, 0.4, 30, 40);
    groupProximal(5, 2)(x, 1);
    expect(Array.from(x)).toEqual([0, 0, 27, 36]);
  });
});

describe('minimizeProximal', () => {
  it('finds the lasso that coordinate descent finds', () => {
    const random = randomSource(5);
    const x = normalMatrix(30, 10, random);
    const y = Array.from({ length: 30 }, (_, i) => 2 * x.data[i * 10] + 0.3 * random.normal());
    const objective: Objective = (w, gradient) => {
      gradient.fill(0);
      let value = 0;
      for (let i = 0; i < 30; i++) {
        let residual = -y[i];
        for (let j = 0; j < 10; j++) residual += x.data[i * 10 + j] * w[j];
        value += residual ** 2 / 60;
        for (let j = 0; j < 10; j++) gradient[j] += (residual * x.data[i * 10 + j]) / 30;
      }
      return value;
    };
    const result = minimizeProximal(objective, l1Proximal(0.1), new Float64Array(10), {
      tolerance: 1e-10,
    });
    expect(result).toMatchObject({ converged: true, reason: 'residual' });
    const options = { regularization: 0.1, fitIntercept: false, tolerance: 1e-15 };
    const expected = elasticNet(x, y, options).coefficients;
    result.x.forEach((value, j) => expect(value).toBeCloseTo(expected[j], 8));
    expect(result.iterations).toBeLessThan(300);
  });

  it('finds the singular value threshold of a matrix', () => {
    const m = normalMatrix(4, 5);
    const result = minimizeProximal(distanceTo(m.data), nuclearProximal(linalg, 1, 4, 5), m.data);
    const expected = singularValueThreshold(linalg, m, 1).x.data;
    result.x.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 10));
  });

  it('finds a step when the curvature is large, and keeps going down to rounding', () => {
    const steep: Objective = (x, gradient) => {
      let value = 1e3; // hides small differences of the value
      for (let i = 0; i < x.length; i++) {
        gradient[i] = 1e5 * 2 ** -i * (x[i] - 1);
        value += (gradient[i] * (x[i] - 1)) / 2;
      }
      return value;
    };
    const result = minimizeProximal(steep, l1Proximal(0), new Float64Array(8), { tolerance: 1e-7 });
    expect(result.converged).toBe(true);
    result.x.forEach((value) => expect(value).toBeCloseTo(1, 8));
  });

  it('says when it ran out of iterations or met values that are not finite', () => {
    const start = Float64Array.of(5, 5);
    const few = minimizeProximal(distanceTo([0, 1]), l1Proximal(0.1), start, {
      maxIterations: 1,
      step: 0.1,
    });
    expect(few).toMatchObject({ converged: false, reason: 'max-iterations', iterations: 1 });
    expect(Array.from(start)).toEqual([5, 5]);
    errorOf(() => minimizeProximal(() => Number.NaN, l1Proximal(1), [0]), 'NUMERICAL');
    for (const options of [{ tolerance: -1 }, { maxIterations: 0 }, { step: 0 }]) {
      errorOf(
        () => minimizeProximal(distanceTo([0]), l1Proximal(1), [0], options),
        'INVALID_OPTION',
      );
    }
    const isolated: Objective = (x, gradient) => {
      gradient[0] = -1;
      return x[0] === 0 ? 0 : Number.NaN;
    };
    const stuck = minimizeProximal(isolated, l1Proximal(0), [0]);
    expect(stuck).toMatchObject({ converged: false, reason: 'no-progress', smoothValue: 0 });
    expect(Array.from(stuck.x)).toEqual([0]);
  });
});

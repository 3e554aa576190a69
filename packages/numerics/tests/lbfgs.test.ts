import { minimizeLbfgs, randomSource, type Objective } from '@graft-ml/numerics';
import { errorOf } from './support/matrices.js';

const rosenbrock: Objective = (x, gradient) => {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i];
    const b = 1 - x[i];
    value += 100 * a * a + b * b;
    gradient[i] += -400 * x[i] * a - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return value;
};

/** ½ Σ cᵢ·(xᵢ − i)² with curvatures from 1 to `condition`. */
const quadratic =
  (n: number, condition: number): Objective =>
  (x, gradient) => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const c = condition ** (i / Math.max(1, n - 1));
      gradient[i] = c * (x[i] - i);
      value += (gradient[i] * (x[i] - i)) / 2;
    }
    return value;
  };

describe('minimizeLbfgs', () => {
  it('finds the minimum of the Rosenbrock function in 2 and 50 dimensions', () => {
    for (const n of [2, 50]) {
      const start = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
      const result = minimizeLbfgs(rosenbrock, start, { tolerance: 1e-9 });
      expect(result).toMatchObject({ converged: true, reason: 'gradient' });
      expect(result.gradientNorm).toBeLessThanOrEqual(1e-9);
      for (const value of result.x) expect(value).toBeCloseTo(1, 8);
      expect(result.evaluations).toBeLessThan(n === 2 ? 80 : 500);
    }
  });

  it('solves ill-conditioned quadratics close to rounding', () => {
    const result = minimizeLbfgs(quadratic(30, 1e3), new Float64Array(30), { tolerance: 1e-8 });
    expect(result.converged).toBe(true);
    // Another implementation of the method (SciPy 1.17) takes 280 iterations here.
    expect(result.iterations).toBeLessThan(310);
    result.x.forEach((value, i) => expect(value).toBeCloseTo(i, 7));
  });

  it('fits a logistic regression whose value is dominated by rounding near the end', () => {
    const random = randomSource(1);
    const n = 500;
    const x = Array.from({ length: n }, () => [random.normal(), random.normal()]);
    const y = x.map(([a, b]) => (random.uniform() < 1 / (1 + Math.exp(-(2 * a - b))) ? 1 : -1));
    const objective: Objective = (w, gradient) => {
      let value = 1e6 + 0.5e-3 * (w[0] * w[0] + w[1] * w[1]); // the offset hides small differences
      gradient[0] = 1e-3 * w[0];
      gradient[1] = 1e-3 * w[1];
      for (let i = 0; i < n; i++) {
        const margin = y[i] * (w[0] * x[i][0] + w[1] * x[i][1]);
        value +=
          margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin));
        const factor = -y[i] / (1 + Math.exp(margin));
        gradient[0] += factor * x[i][0];
        gradient[1] += factor * x[i][1];
      }
      return value;
    };
    const result = minimizeLbfgs(objective, [0, 0], { tolerance: 1e-9 });
    expect(result.converged).toBe(true);
  });

  it('survives steps into regions where the value is not finite', () => {
    // −log x + x is infinite at and below 0; the first step from 1e-3 overshoots.
    const barrier: Objective = (x, gradient) => {
      gradient[0] = 1 - 1 / x[0];
      return x[0] > 0 ? x[0] - Math.log(x[0]) : Infinity;
    };
    const result = minimizeLbfgs(barrier, [50], { tolerance: 1e-10 });
    expect(result.x[0]).toBeCloseTo(1, 9);
  });

  it('stops where it started when that is the minimum, and leaves the start alone', () => {
    const start = Float64Array.of(0, 1, 2);
    const result = minimizeLbfgs(quadratic(3, 10), start);
    expect(result).toMatchObject({ iterations: 0, evaluations: 1, converged: true });
    minimizeLbfgs(rosenbrock, start);
    expect(Array.from(start)).toEqual([0, 1, 2]);
  });

  it('says why it stopped early', () => {
    const few = minimizeLbfgs(rosenbrock, [-1.2, 1], { maxIterations: 3 });
    expect(few).toMatchObject({ converged: false, reason: 'max-iterations', iterations: 3 });
    const wrong: Objective = (x, gradient) => {
      gradient[0] = -2 * x[0]; // points uphill
      return x[0] * x[0];
    };
    const stuck = minimizeLbfgs(wrong, [1]);
    expect(stuck).toMatchObject({ converged: false, reason: 'no-progress' });
    expect(stuck.x[0]).toBe(1);
  });

  it('is deterministic', () => {
    const run = (): Float64Array => minimizeLbfgs(rosenbrock, [-1.2, 1, 0.3]).x;
    expect(run()).toEqual(run());
  });

  it('refuses a start without a finite value', () => {
    errorOf(() => minimizeLbfgs(() => Number.NaN, [0]), 'NUMERICAL');
    const steep: Objective = (_, gradient) => {
      gradient[0] = Infinity;
      return 0;
    };
    errorOf(() => minimizeLbfgs(steep, [0]), 'NUMERICAL');
    for (const options of [{ tolerance: -1 }, { maxIterations: 0.5 }, { historySize: 0 }]) {
      errorOf(() => minimizeLbfgs(rosenbrock, [0, 0], options), 'INVALID_OPTION');
    }
  });
});

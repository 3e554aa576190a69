import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra as linalg } from '@graft-ml/numerics';
import { FaceDescent, type SymmetricRows } from '../src/optimize/face-descent.js';
import { InteriorPoint } from '../src/optimize/interior-point.js';
import { fromRows } from './support/matrices.js';

const rowsOf = ({ rows, data }: DenseMatrix): SymmetricRows => ({
  size: rows,
  row: (i) => data.subarray(i * rows, i * rows + i + 1),
});

/** Kernel mean matching of two clouds of points in `d` dimensions. */
function matching(n: number, d: number, gamma: number, most: number) {
  const random = randomSource(n + d);
  const points = (shift: number): DenseMatrix =>
    denseMatrix(
      n,
      d,
      Float64Array.from({ length: n * d }, () => random.normal() + shift),
    );
  const [xs, xt] = [points(0), points(0.5)];
  const kernel = linalg.kernelMatrix({ type: 'rbf', gamma }, xs, xs);
  const cross = linalg.kernelMatrix({ type: 'rbf', gamma }, xs, xt);
  const linear = new Float64Array(n);
  cross.data.forEach((value, p) => (linear[Math.floor(p / n)] -= value));
  const lower = new Float64Array(n);
  return { kernel, linear, lower, upper: new Float64Array(n).fill(most) };
}

function descend(descent: FaceDescent, tolerance: number): string {
  for (let calls = 0; calls < 2000; calls++) {
    const state = descent.advance(tolerance);
    if (state !== 'moving') return state;
  }
  return 'still moving';
}

/** ½·xᵀ·P·x + qᵀ·x. */
function valueAt(p: DenseMatrix, q: Float64Array, x: Float64Array): number {
  const px = linalg.multiply(p, denseMatrix(x.length, 1, x)).data;
  return x.reduce((sum, value, i) => sum + value * (px[i] / 2 + q[i]), 0);
}

describe('FaceDescent', () => {
  it.each([
    ['well conditioned', 120, 10, 0.05, 4],
    ['nearly singular', 120, 3, 0.1, 4],
    ['singular to rounding', 120, 1, 0.5, 1000],
    ['all but constant', 80, 2, 1e-3, 1000],
  ])('meets the optimality conditions where P is %s', (_, n, d, gamma, most) => {
    const { kernel, linear, lower, upper } = matching(n, d, gamma, most);
    const descent = new FaceDescent(linalg, { quadratic: rowsOf(kernel), linear, lower, upper });
    expect(descend(descent, 1e-7)).toBe('optimal');
    const { x } = descent;
    const px = linalg.multiply(kernel, denseMatrix(n, 1, x.slice())).data;
    let bound = 0;
    x.forEach((value, i) => {
      expect(value >= lower[i] && value <= upper[i]).toBe(true);
      const slope = px[i] + linear[i];
      if (value > lower[i]) expect(slope).toBeLessThan(1e-6);
      if (value < upper[i]) expect(slope).toBeGreaterThan(-1e-6);
      if (value === lower[i] || value === upper[i]) bound++;
    });
    expect(bound).toBeGreaterThan(n / 10);
    const band = (values: Float64Array, last: number) => Float64Array.from([...values, last]);
    const interior = new InteriorPoint(linalg, {
      ...{ quadratic: kernel, linear },
      ...{ lower: band(lower, -Infinity), upper: band(upper, Infinity) },
    }).solve({ tolerance: 1e-11, maxIterations: 100 });
    const value = valueAt(kernel, linear, x);
    expect(value).toBeLessThan(interior.objective + 1e-8 * Math.abs(interior.objective));
    expect(value).toBeGreaterThan(interior.objective - 1e-8 * Math.abs(interior.objective));
  });

  it('goes down with every call', () => {
    const { kernel, linear, lower, upper } = matching(60, 3, 0.1, 4);
    const descent = new FaceDescent(linalg, { quadratic: rowsOf(kernel), linear, lower, upper });
    let before = 0;
    while (descent.advance(1e-9) === 'moving') {
      const value = valueAt(kernel, linear, descent.x.slice());
      expect(value).toBeLessThanOrEqual(before + 1e-12 * Math.abs(before));
      before = value;
    }
    expect(before).toBeLessThan(0);
  });

  it('starts from the corner nearest to zero, and leaves open sides open', () => {
    const quadratic = fromRows([
      [2, 1],
      [1, 2],
    ]);
    const program = {
      quadratic: rowsOf(quadratic),
      linear: Float64Array.of(-3, 9),
      lower: Float64Array.of(2, -Infinity),
      upper: Float64Array.of(5, Infinity),
    };
    const descent = new FaceDescent(linalg, program);
    expect([...descent.x]).toEqual([2, 0]);
    expect(descend(descent, 1e-12)).toBe('optimal');
    // 2·x + y = 3 and x + 2·y = −9 at (5, −7).
    expect(descent.x[0]).toBe(5);
    expect(descent.x[1]).toBeCloseTo(-7, 12);
  });

  it('says where P is not semidefinite', () => {
    const program = {
      quadratic: rowsOf(
        fromRows([
          [1, 2],
          [2, 1],
        ]),
      ),
      linear: Float64Array.of(-1, -1.1),
      lower: Float64Array.of(-9, -9),
      upper: Float64Array.of(9, 9),
    };
    const state = descend(new FaceDescent(linalg, program), 1e-9);
    expect(['indefinite', 'optimal']).toContain(state);
  });
});

import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { classScatter } from '../src/internal/class-scatter.js';
import { cosineLaplacian } from '../src/internal/cosine-laplacian.js';
import { kernelFactor } from '../src/internal/kernel-factor.js';
import { symmetricProduct } from '../src/internal/symmetric-product.js';
import { largestGap } from './support/measure.js';

const { crossProduct, kernelMatrix, multiply } = referenceLinearAlgebra;
const random = randomSource(8);
const drawn = (rows: number, columns: number) =>
  denseMatrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );
const options = { gamma: 0.3, maxLandmarks: 3000, seed: 1 };

describe('a kernel factor', () => {
  it.each([
    [12, 3, 'linear'],
    [4, 9, 'linear'],
    [12, 3, 'rbf'],
  ] as const)('has the kernel for inner products: %p rows of %p, %p', (n, d, kernel) => {
    const x = drawn(n, d);
    const { rows } = kernelFactor(referenceLinearAlgebra, x, { ...options, kernel });
    const type =
      kernel === 'rbf' ? ({ type: 'rbf', gamma: 0.3 } as const) : ({ type: 'linear' } as const);
    const products = multiply(rows, rows, { transposeB: true }).data;
    expect(largestGap(products, kernelMatrix(type, x, x).data)).toBeLessThan(1e-12);
  });

  it.each([
    ['linear', 3000],
    ['rbf', 3000],
    ['rbf', 5],
  ] as const)(
    'turns directions into coefficients that give the same values (%p, %p landmarks)',
    (kernel, maxLandmarks) => {
      const x = drawn(12, 3);
      const factor = kernelFactor(referenceLinearAlgebra, x, { ...options, kernel, maxLandmarks });
      const directions = drawn(factor.rows.columns, 2);
      const coefficients = factor.expand(directions);
      const seen = factor.landmarks
        ? kernelMatrix({ type: 'rbf', gamma: 0.3 }, x, factor.landmarks)
        : x;
      const gap = largestGap(
        multiply(seen, coefficients).data,
        multiply(factor.rows, directions).data,
      );
      expect(gap).toBeLessThan(1e-10);
      expect(factor.landmarks?.rows).toBe(
        kernel === 'rbf' ? Math.min(12, maxLandmarks) : undefined,
      );
    },
  );

  it.each([3000, 5])(
    'tells which of its rows are a lower triangle (%p landmarks)',
    (maxLandmarks) => {
      const { rows, triangle } = kernelFactor(referenceLinearAlgebra, drawn(12, 3), {
        ...options,
        kernel: 'rbf',
        maxLandmarks,
      });
      expect(triangle).toHaveLength(rows.columns);
      triangle?.forEach((i, k) => {
        const row = rows.data.subarray(i * rows.columns, (i + 1) * rows.columns);
        expect(row[k]).toBeGreaterThan(0);
        expect(row.subarray(k + 1).every((value) => value === 0)).toBe(true);
      });
    },
  );

  it('has one for equal rows', () => {
    const x = denseMatrix(6, 2, new Float64Array(12).fill(3));
    const { rows } = kernelFactor(referenceLinearAlgebra, x, { ...options, kernel: 'rbf' });
    const ones = new Float64Array(36).fill(1);
    expect(largestGap(multiply(rows, rows, { transposeB: true }).data, ones)).toBeLessThan(1e-13);
  });
});

describe('a product that is symmetric', () => {
  it.each([
    [300, 290, 'all rows of a triangle'],
    [300, 40, 'a triangle among others'],
    [300, 290, 'no triangle'],
  ] as const)('is right in its lower triangle: %p × %p, %s', (n, r, kind) => {
    const g = drawn(n, r);
    const triangle = random.sample(n, r);
    if (kind !== 'no triangle') {
      triangle.forEach((i, k) => g.data.fill(0, i * r + k + 1, (i + 1) * r));
    }
    const weights = Float64Array.from({ length: n }, () => random.normal());
    const q = denseMatrix(
      n,
      r,
      g.data.map((value, p) => value * weights[Math.floor(p / r)]!),
    );
    const given = kind === 'no triangle' ? undefined : triangle;
    const product = symmetricProduct(referenceLinearAlgebra, g, q, given);
    const whole = multiply(g, q, { transposeA: true });
    for (let i = 0; i < r; i++) whole.data.fill(0, i * r + i + 1, (i + 1) * r);
    expect(largestGap(product.data, whole.data)).toBeLessThan(1e-11);
  });
});

describe('the scatter of classes', () => {
  it('adds up, within and between, to that of all rows, by weight', () => {
    const x = drawn(9, 3);
    const y = Float64Array.from({ length: 9 }, (_, i) => i % 3);
    const weights = Float64Array.from({ length: 9 }, (_, i) => i);
    const task = { kind: 'classification', classes: [0, 1, 2] } as const;
    const { within, between } = classScatter(referenceLinearAlgebra, { task, x, y, weights });
    const mean = [0, 1, 2].map((j) =>
      weights.reduce((sum, w, i) => sum + (w * x.data[i * 3 + j]!) / 36, 0),
    );
    const spread = x.data.map(
      (value, p) => Math.sqrt(weights[Math.floor(p / 3)]!) * (value - mean[p % 3]!),
    );
    const all = crossProduct(denseMatrix(9, 3, spread)).data;
    expect(
      largestGap(
        within.data.map((value, p) => value + between.data[p]!),
        all,
      ),
    ).toBeLessThan(1e-12);
    expect(between.data[0]).toBeGreaterThan(0);
  });
});

describe('the graph by cosine', () => {
  const dense = (x: DenseMatrix, neighbours: number) => {
    const sparse = cosineLaplacian(referenceLinearAlgebra, x, neighbours);
    return multiply(sparse, denseMatrix(x.rows, x.rows, identityOf(x.rows))).data;
  };
  const identityOf = (n: number) =>
    Float64Array.from({ length: n * n }, (_, p) => (p % (n + 1) ? 0 : 1));

  it('joins rows that point the same way, whatever their length, and no others', () => {
    const x = denseMatrix(5, 2, Float64Array.of(1, 0, 50, 0, 0, 2, 0, 9, -1, -1));
    // The last row is like none: its cosines are negative.
    const expected = [
      1, -1, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0,
    ];
    expect(largestGap(dense(x, 1), expected)).toBeLessThan(1e-15);
  });

  it('takes all other rows where there are fewer than asked for', () => {
    const x = drawn(4, 3);
    expect(dense(x, 100)).toEqual(dense(x, 3));
  });
});

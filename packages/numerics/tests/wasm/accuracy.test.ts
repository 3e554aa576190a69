import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { identity, largestDifference, largestEntry, scaleColumns } from '../support/matrices.js';
import { forEachVariant } from './engines.js';
import { numbers } from './native.js';

/** 1 … 330, closer together where the kernels change their ways. */
const sizes = [
  1, 2, 3, 4, 5, 8, 15, 16, 17, 24, 25, 26, 31, 33, 63, 64, 65, 66, 97, 128, 130, 200, 257, 330,
];

function filled(rows: number, columns: number, seed: number): DenseMatrix {
  const next = numbers(seed);
  return denseMatrix(rows, columns, Float64Array.from({ length: rows * columns }, next));
}

function diagonal(values: ArrayLike<number>): DenseMatrix {
  const n = values.length;
  const result = denseMatrix(n, n);
  for (let i = 0; i < n; i++) result.data[i * n + i] = values[i];
  return result;
}

forEachVariant((_variant, get) => {
  const product = (a: DenseMatrix, b: DenseMatrix): DenseMatrix => get().multiply(a, b);
  const adjoint = (a: DenseMatrix, b: DenseMatrix): DenseMatrix =>
    get().multiply(a, b, { transposeA: true });
  /** How far columns are from orthonormal, in units of rounding error per column. */
  const defect = (a: DenseMatrix): number =>
    largestDifference(adjoint(a, a), identity(a.columns)) / (Number.EPSILON * Math.max(1, a.rows));
  const symmetric = (n: number, seed: number): DenseMatrix => {
    const a = filled(n, n, seed);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.data[j * n + i] = a.data[i * n + j];
    return a;
  };
  /** Errors beside ε · n · ‖a‖, which every backward stable method keeps below a small number. */
  const relative = (a: DenseMatrix, b: DenseMatrix, scale: number): number =>
    largestDifference(a, b) / (Number.EPSILON * Math.max(1, a.rows) * (scale || 1));

  it.each(sizes)('factors and solves with n = %i', (n) => {
    const g = filled(n, n, n);
    const b = filled(n, 3, n + 1);
    const spd = get().crossProduct(g);
    for (let i = 0; i < n; i++) spd.data[i * n + i] += 0.5;
    const lower = get().cholesky(spd);
    expect(
      relative(get().multiply(lower, lower, { transposeB: true }), spd, largestEntry(spd)),
    ).toBeLessThan(4);
    for (const transpose of [false, true]) {
      const x = get().solveTriangular(lower, b, { transpose });
      const back = get().multiply(lower, x, { transposeA: transpose });
      expect(relative(back, b, largestEntry(lower) * largestEntry(x))).toBeLessThan(20);
    }
    for (const columns of [1, 3]) {
      const right = filled(n, columns, n + 2);
      const x = get().solvePositiveDefinite(spd, right);
      expect(relative(product(spd, x), right, largestEntry(spd) * largestEntry(x))).toBeLessThan(
        20,
      );
      const y = get().solve(g, right);
      expect(relative(product(g, y), right, n * largestEntry(y))).toBeLessThan(20);
    }
  });

  it.each(sizes)('finds eigenvalues and singular values with n = %i', (n) => {
    const a = symmetric(n, n);
    const { values, vectors } = get().eigenSymmetric(a);
    expect(defect(vectors)).toBeLessThan(20);
    expect(
      relative(product(a, vectors), scaleColumns(vectors, values), Math.abs(values[0])),
    ).toBeLessThan(20);
    for (const which of ['largest', 'smallest'] as const) {
      const count = Math.ceil(n / 5);
      const part = get().eigenSymmetric(a, { count, which });
      expect(defect(part.vectors)).toBeLessThan(20);
      const residual = relative(
        product(a, part.vectors),
        scaleColumns(part.vectors, part.values),
        Math.abs(values[0]),
      );
      expect(residual).toBeLessThan(20);
      const expected = which === 'largest' ? values : values.slice().reverse();
      part.values.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(1e-12));
    }
    const g = filled(n, n, n + 5);
    const { u, s, v } = get().svd(g);
    expect(Math.max(defect(u), defect(v))).toBeLessThan(20);
    expect(
      relative(get().multiply(scaleColumns(u, s), v, { transposeB: true }), g, s[0]),
    ).toBeLessThan(20);
  });

  it.each([
    [40, 3],
    [3, 40],
    [330, 17],
    [17, 330],
    [130, 129],
    [64, 256],
  ])('decomposes a %i × %i matrix', (rows, columns) => {
    const a = filled(rows, columns, rows);
    const { u, s, v } = get().svd(a);
    expect(Math.max(defect(u), defect(v))).toBeLessThan(20);
    expect(
      relative(get().multiply(scaleColumns(u, s), v, { transposeB: true }), a, s[0]),
    ).toBeLessThan(20);
    const two = get().svd(a, { count: 2 });
    expect(Array.from(two.s)).toEqual(Array.from(s.subarray(0, 2)));
    expect(
      largestDifference(two.u, {
        ...two.u,
        data: two.u.data.map((_, p) => u.data[(p >> 1) * u.columns + (p & 1)]),
      }),
    ).toBe(0);
    if (rows >= columns) {
      const { q, r } = get().qr(a);
      expect(defect(q)).toBeLessThan(20);
      expect(relative(product(q, r), a, largestEntry(r))).toBeLessThan(20);
      for (let i = 0; i < columns; i++) {
        expect(r.data[i * columns + i]).toBeGreaterThanOrEqual(0);
        for (let j = 0; j < i; j++) expect(r.data[i * columns + j]).toBe(0);
      }
    }
    const b = filled(rows, 2, 5);
    const { x, rank } = get().leastSquares(a, b);
    expect(rank).toBe(Math.min(rows, columns));
    const gradient = adjoint(a, subtract(product(a, x), b));
    expect(largestEntry(gradient)).toBeLessThan(1e-11);
  });

  it.each([10, 30, 90, 140, 300])('solves generalised problems with n = %i', (n) => {
    const a = symmetric(n, n + 7);
    const b = get().crossProduct(filled(2 * n, n, n + 8));
    for (const options of [
      {},
      { count: Math.ceil(n / 6) },
      { count: 2, which: 'smallest' },
    ] as const) {
      const { values, vectors } = get().eigenGeneralized(a, b, options);
      expect(
        largestDifference(adjoint(vectors, product(b, vectors)), identity(values.length)),
      ).toBeLessThan(1e-12);
      const left = product(a, vectors);
      const right = product(b, scaleColumns(vectors, values));
      expect(largestDifference(left, right)).toBeLessThan(1e-12 * n);
    }
  });

  const spectra: Record<string, (k: number, n: number) => number> = {
    'graded over 24 decades': (k) => 10 ** (-24 * (k / 120)),
    'clustered in tens': (k) => Math.floor(k / 10) + 1e-13 * (k % 10),
    'repeated in thirds': (k, n) => Math.floor((3 * k) / n),
    'all but two equal': (k, n) => (k === 0 ? 5 : k === n - 1 ? -3 : 1),
    'of rank 7': (k) => (k < 7 ? k + 1 : 0),
    'nearly singular': (k) => (k === 0 ? 1e-15 : 1),
    'of both signs': (k, n) => k - n / 2,
    zero: () => 0,
  };
  it.each(Object.keys(spectra))('handles a spectrum that is %s', (name) => {
    const n = 120;
    const q = get().qr(filled(n, n, 11)).q;
    const expected = Float64Array.from({ length: n }, (_, k) => spectra[name](k, n));
    const a = get().multiply(scaleColumns(q, expected), q, { transposeB: true });
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.data[j * n + i] = a.data[i * n + j];
    const scale = Math.max(...expected.map(Math.abs));
    const descending = expected.slice().sort((x, y) => y - x);
    for (const count of [n, 35, 1]) {
      for (const which of ['largest', 'smallest'] as const) {
        const { values, vectors } = get().eigenSymmetric(a, { count, which });
        expect(defect(vectors)).toBeLessThan(20);
        expect(relative(product(a, vectors), scaleColumns(vectors, values), scale)).toBeLessThan(
          20,
        );
        values.forEach((value, k) => {
          const truth = which === 'largest' ? descending[k] : descending[n - 1 - k];
          expect(Math.abs(value - truth)).toBeLessThanOrEqual(50 * n * Number.EPSILON * scale);
        });
      }
    }
    const { u, s, v } = get().svd(a);
    expect(Math.max(defect(u), defect(v))).toBeLessThan(20);
    expect(
      relative(get().multiply(scaleColumns(u, s), v, { transposeB: true }), a, scale),
    ).toBeLessThan(20);
    const sizesOfValues = expected.map(Math.abs).sort((x, y) => y - x);
    s.forEach((value, k) =>
      expect(Math.abs(value - sizesOfValues[k])).toBeLessThanOrEqual(
        50 * n * Number.EPSILON * scale,
      ),
    );
  });

  it('finds the largest pairs of a large kernel matrix', () => {
    const x = filled(1600, 4, 9);
    const k = get().kernelMatrix({ type: 'rbf', gamma: 2 }, x, x);
    const { values, vectors } = get().eigenSymmetric(k, { count: 12 });
    expect(defect(vectors)).toBeLessThan(1);
    expect(relative(product(k, vectors), scaleColumns(vectors, values), values[0])).toBeLessThan(3);
    const few = get().eigenSymmetric(k, { count: 3 }).values;
    few.forEach((value, j) => expect(Math.abs(value / values[j] - 1)).toBeLessThan(1e-12));
  });

  it('keeps to scale at the edges of float64', () => {
    const a = symmetric(90, 3);
    for (const scale of [1e-300, 1e300]) {
      const scaled = denseMatrix(
        90,
        90,
        a.data.map((value) => value * scale),
      );
      const plain = get().eigenSymmetric(a, { count: 9 }).values;
      const values = get().eigenSymmetric(scaled, { count: 9 }).values;
      values.forEach((value, k) => expect(value / scale / plain[k]).toBeCloseTo(1, 11));
    }
  });

  it('tells eigenvectors of a diagonal matrix by its entries', () => {
    const { values, vectors } = get().eigenSymmetric(diagonal([3, -1, 2]));
    expect(Array.from(values)).toEqual([3, 2, -1]);
    expect(Array.from(vectors.data)).toEqual([1, 0, 0, 0, 0, 1, 0, 1, 0]);
  });
});

function subtract(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  return denseMatrix(
    a.rows,
    a.columns,
    a.data.map((value, p) => value - b.data[p]),
  );
}

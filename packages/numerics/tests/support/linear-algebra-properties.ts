import fc from 'fast-check';
import {
  denseMatrix,
  type DenseMatrix,
  type LinearAlgebra,
  type SparseMatrix,
} from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import {
  errorOf,
  fromRows,
  identity,
  largestDifference,
  largestEntry,
  naiveProduct,
  normalMatrix,
  scaleColumns,
  transposeOf,
} from './matrices.js';

const size = fc.integer({ min: 1, max: 14 });
const seed = fc.nat(10_000);
const runs = { numRuns: 40, seed: 1 };

/** A sparse copy that leaves out zeros. */
export function sparseCopy(a: DenseMatrix): SparseMatrix {
  const rowStarts = new Int32Array(a.rows + 1);
  const columnIndices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) {
      const value = a.data[i * a.columns + j];
      if (value === 0) continue;
      columnIndices.push(j);
      values.push(value);
    }
    rowStarts[i + 1] = values.length;
  }
  return {
    format: 'csr',
    rows: a.rows,
    columns: a.columns,
    rowStarts,
    columnIndices: Int32Array.from(columnIndices),
    values: Float64Array.from(values),
  };
}

function withHoles(a: DenseMatrix, random = randomSource(99)): DenseMatrix {
  return denseMatrix(
    a.rows,
    a.columns,
    a.data.map((value) => (random.uniform() < 0.6 ? 0 : value)),
  );
}

function symmetricMatrix(n: number, from: number): DenseMatrix {
  const a = normalMatrix(n, n, randomSource(from));
  const t = transposeOf(a);
  return denseMatrix(
    n,
    n,
    a.data.map((value, p) => value + t.data[p]),
  );
}

function positiveMatrix(n: number, from: number): DenseMatrix {
  const a = normalMatrix(n, n, randomSource(from));
  const product = naiveProduct(a, transposeOf(a));
  for (let i = 0; i < n; i++) product.data[i * n + i] += 0.1;
  return product;
}

/** Describes what has to hold for every engine behind the LinearAlgebra interface. */
export function describeLinearAlgebra(name: string, get: () => LinearAlgebra): void {
  const expectOrthonormal = (a: DenseMatrix, tolerance = 1e-12): void => {
    const product = naiveProduct(transposeOf(a), a);
    expect(largestDifference(product, identity(a.columns))).toBeLessThan(tolerance);
  };
  const expectOriented = (a: DenseMatrix): void => {
    for (let j = 0; j < a.columns; j++) {
      let largest = 0;
      for (let i = 0; i < a.rows; i++) {
        const value = a.data[i * a.columns + j];
        if (Math.abs(value) > Math.abs(largest)) largest = value;
      }
      expect(largest).toBeGreaterThan(0);
    }
  };

  describe(`${name}: products`, () => {
    it('multiplies with any transposition, dense and sparse', () => {
      fc.assert(
        fc.property(size, size, size, seed, fc.boolean(), fc.boolean(), (m, k, n, s, ta, tb) => {
          const a = withHoles(normalMatrix(m, k, randomSource(s)));
          const b = normalMatrix(k, n, randomSource(s + 1));
          const expected = naiveProduct(a, b);
          const left = ta ? transposeOf(a) : a;
          const right = tb ? transposeOf(b) : b;
          const options = { transposeA: ta, transposeB: tb };
          for (const given of [left, sparseCopy(left)]) {
            const received = get().multiply(given, right, options);
            expect(largestDifference(received, expected)).toBeLessThan(1e-13 * k * 10);
          }
        }),
        runs,
      );
    });

    it('multiplies beyond one block in every direction', () => {
      const a = normalMatrix(67, 131);
      const b = normalMatrix(131, 259, randomSource(2));
      const expected = naiveProduct(a, b);
      expect(largestDifference(get().multiply(a, b), expected)).toBeLessThan(1e-12);
      expect(
        largestDifference(get().multiply(transposeOf(a), b, { transposeA: true }), expected),
      ).toBeLessThan(1e-12);
    });

    it('forms exactly symmetric cross products, dense and sparse', () => {
      for (const [m, n] of [
        [7, 5],
        [3, 70],
        [140, 33],
      ]) {
        const a = withHoles(normalMatrix(m, n));
        const expected = naiveProduct(transposeOf(a), a);
        for (const given of [a, sparseCopy(a)]) {
          const received = get().crossProduct(given);
          expect(largestDifference(received, expected)).toBeLessThan(1e-12);
          expect(transposeOf(received).data).toEqual(received.data);
        }
      }
    });

    it('carries NaN and infinity on instead of hiding them', () => {
      const a = fromRows([
        [0, 1],
        [2, 3],
      ]);
      const b = fromRows([[Number.NaN], [1]]);
      expect(Array.from(get().multiply(a, b).data)).toEqual([Number.NaN, Number.NaN]);
    });
  });

  describe(`${name}: linear systems`, () => {
    it('factors and solves positive definite systems', () => {
      fc.assert(
        fc.property(size, size, seed, (n, m, s) => {
          const a = positiveMatrix(n, s);
          const lower = get().cholesky(a);
          const scale = largestEntry(a);
          expect(largestDifference(naiveProduct(lower, transposeOf(lower)), a)).toBeLessThan(
            1e-14 * n * scale,
          );
          for (let i = 0; i < n; i++) {
            expect(lower.data.slice(i * n + i + 1, (i + 1) * n).every((v) => v === 0)).toBe(true);
          }
          const b = normalMatrix(n, m, randomSource(s + 1));
          const x = get().solvePositiveDefinite(a, b);
          const size = scale * largestEntry(x);
          expect(largestDifference(naiveProduct(a, x), b)).toBeLessThan(1e-13 * n * size);
        }),
        runs,
      );
    });

    it('reads only the lower triangle', () => {
      const a = positiveMatrix(6, 3);
      const spoilt = denseMatrix(6, 6, a.data.slice());
      for (let i = 0; i < 6; i++) for (let j = i + 1; j < 6; j++) spoilt.data[i * 6 + j] = 1e9;
      expect(get().cholesky(spoilt).data).toEqual(get().cholesky(a).data);
      expect(get().eigenSymmetric(spoilt).values).toEqual(get().eigenSymmetric(a).values);
      const b = symmetricMatrix(6, 4);
      expect(get().eigenGeneralized(b, spoilt).values).toEqual(get().eigenGeneralized(b, a).values);
    });

    it('solves triangular systems both ways, across blocks', () => {
      for (const n of [1, 5, 113]) {
        const lower = get().cholesky(positiveMatrix(n, n));
        const x = normalMatrix(n, 3);
        for (const transpose of [false, true]) {
          const b = naiveProduct(transpose ? transposeOf(lower) : lower, x);
          const received = get().solveTriangular(lower, b, { transpose });
          expect(largestDifference(received, x)).toBeLessThan(1e-9);
        }
      }
    });

    it('factors and solves general systems, across blocks', () => {
      for (const [n, m] of [
        [1, 1],
        [9, 2],
        [60, 4],
        [130, 130],
      ]) {
        const a = normalMatrix(n, n, randomSource(n));
        const x = normalMatrix(n, m, randomSource(n + 1));
        const received = get().solve(a, naiveProduct(a, x));
        expect(largestDifference(received, x)).toBeLessThan(1e-9);
      }
    });

    it('names the pivot of a matrix that is not positive definite', () => {
      const a = fromRows([
        [4, 2, 0],
        [2, 1, 0],
        [0, 0, 1],
      ]);
      expect(errorOf(() => get().cholesky(a), 'NUMERICAL')).toMatchObject({ pivot: 1 });
      expect(errorOf(() => get().solvePositiveDefinite(a, identity(3)), 'NUMERICAL')).toMatchObject(
        { pivot: 1 },
      );
      expect(errorOf(() => get().eigenGeneralized(identity(3), a), 'NUMERICAL')).toMatchObject({
        pivot: 1,
      });
      const nan = fromRows([[Number.NaN]]);
      expect(errorOf(() => get().cholesky(nan), 'NUMERICAL')).toMatchObject({ pivot: 0 });
    });

    it('refuses a Gram matrix of repeated rows instead of solving with noise', () => {
      const half = normalMatrix(10, 4, randomSource(8));
      const gram = naiveProduct(half, transposeOf(half));
      errorOf(() => get().cholesky(gram), 'NUMERICAL');
    });

    it('names the pivot of a singular matrix, also when rounding hides the zero', () => {
      const a = fromRows([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ]);
      expect(errorOf(() => get().solve(a, identity(3)), 'NUMERICAL')).toMatchObject({ pivot: 2 });
      expect(errorOf(() => get().solve(fromRows([[0]]), identity(1)), 'NUMERICAL')).toMatchObject({
        pivot: 0,
      });
      expect(
        errorOf(() => get().solveTriangular(fromRows([[0]]), identity(1)), 'NUMERICAL'),
      ).toMatchObject({ pivot: 0 });
    });

    it('solves badly scaled but regular systems', () => {
      const a = fromRows([
        [1e-200, 0],
        [0, 1e200],
      ]);
      const x = get().solve(a, fromRows([[1], [1]]));
      expect(x.data[0] * 1e-200).toBeCloseTo(1, 12);
      expect(x.data[1] * 1e200).toBeCloseTo(1, 12);
    });
  });

  describe(`${name}: least squares`, () => {
    it('meets the normal equations with the solution of least norm', () => {
      fc.assert(
        fc.property(size, size, fc.integer({ min: 1, max: 6 }), seed, (m, n, r, s) => {
          const rank = Math.min(m, n, r);
          const left = normalMatrix(m, rank, randomSource(s));
          const right = normalMatrix(rank, n, randomSource(s + 1));
          const a = naiveProduct(left, right);
          const b = normalMatrix(m, 2, randomSource(s + 2));
          const { x, rank: received } = get().leastSquares(a, b);
          expect(received).toBe(rank);
          const residual = naiveProduct(a, x).data.map((value, p) => value - b.data[p]);
          const gradient = naiveProduct(transposeOf(a), denseMatrix(m, 2, residual));
          const scale = 1 + largestEntry(a) ** 2 * (1 + largestEntry(x));
          expect(largestEntry(gradient)).toBeLessThan(1e-11 * scale);
          // Least norm: x lies in the row space, so x = aᵀ·z for some z.
          const { x: z } = get().leastSquares(transposeOf(a), x);
          expect(largestDifference(naiveProduct(transposeOf(a), z), x)).toBeLessThan(
            1e-9 * (1 + largestEntry(x)),
          );
        }),
        runs,
      );
    });

    it('gives zeros and rank 0 for a zero matrix', () => {
      const { x, rank } = get().leastSquares(denseMatrix(3, 2), normalMatrix(3, 1));
      expect(rank).toBe(0);
      expect(Array.from(x.data)).toEqual([0, 0]);
    });
  });

  describe(`${name}: orthogonal factorisations`, () => {
    it('factors tall matrices, also of deficient rank', () => {
      fc.assert(
        fc.property(size, size, size, seed, (m0, n0, r, s) => {
          const m = Math.max(m0, n0);
          const n = Math.min(m0, n0);
          const rank = Math.min(n, r);
          const a = naiveProduct(
            normalMatrix(m, rank, randomSource(s)),
            normalMatrix(rank, n, randomSource(s + 1)),
          );
          const { q, r: upper } = get().qr(a);
          expectOrthonormal(q);
          expect(largestDifference(naiveProduct(q, upper), a)).toBeLessThan(
            1e-13 * n * (1 + largestEntry(a)),
          );
          for (let i = 0; i < n; i++) {
            expect(upper.data[i * n + i]).toBeGreaterThanOrEqual(0);
            for (let j = 0; j < i; j++) expect(upper.data[i * n + j]).toBe(0);
          }
        }),
        runs,
      );
    });

    it('stays orthonormal where rounding shrinks column after column to nothing', () => {
      const ones = denseMatrix(90, 60, new Float64Array(90 * 60).fill(1));
      const { q, r } = get().qr(ones);
      expectOrthonormal(q);
      expect(largestDifference(naiveProduct(q, r), ones)).toBeLessThan(1e-12);
      for (const a of [ones, transposeOf(ones)]) {
        const { u, s, v } = get().svd(a);
        expectOrthonormal(u);
        expectOrthonormal(v);
        expect(s[0]).toBeCloseTo(Math.sqrt(90 * 60), 10);
        expect(s[1]).toBeLessThan(1e-12);
      }
      const square = denseMatrix(60, 60, ones.data.slice(0, 3600));
      const { values, vectors } = get().eigenSymmetric(square);
      expectOrthonormal(vectors);
      expect(values[0]).toBeCloseTo(60, 10);
    });

    it('has orthonormal columns for a zero matrix', () => {
      const { q, r } = get().qr(denseMatrix(4, 2));
      expectOrthonormal(q);
      expect(largestEntry(r)).toBe(0);
    });

    it('decomposes any shape and rank into singular values', () => {
      fc.assert(
        fc.property(size, size, size, seed, (m, n, r, s) => {
          const rank = Math.min(m, n, r);
          const a = naiveProduct(
            normalMatrix(m, rank, randomSource(s)),
            normalMatrix(rank, n, randomSource(s + 1)),
          );
          const { u, s: values, v } = get().svd(a);
          expect([u.columns, v.columns, values.length]).toEqual(new Array(3).fill(Math.min(m, n)));
          expectOrthonormal(u);
          expectOrthonormal(v);
          expectOriented(v);
          const product = naiveProduct(scaleColumns(u, values), transposeOf(v));
          expect(largestDifference(product, a)).toBeLessThan(1e-13 * 14 * (1 + values[0]));
          for (let k = 0; k < values.length; k++) {
            expect(values[k]).toBeGreaterThanOrEqual(0);
            if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
          }
        }),
        runs,
      );
    });

    it('decomposes matrices made of zeros and repeated entries', () => {
      const cases = [
        denseMatrix(3, 3),
        identity(5),
        fromRows([
          [0, 1, 0],
          [0, 0, 1],
          [0, 0, 0],
        ]),
        fromRows([
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
        fromRows([
          [0, 2, 0, 0],
          [0, 0, 3, 0],
          [0, 0, 0, 4],
          [0, 0, 0, 5],
        ]),
        fromRows([
          [1e-300, 1e-300],
          [1e-300, -1e-300],
        ]),
        fromRows([
          [1e300, 2],
          [3, 1e-300],
        ]),
      ];
      for (const a of cases) {
        const { u, s, v } = get().svd(a);
        expectOrthonormal(u);
        expectOrthonormal(v);
        const product = naiveProduct(scaleColumns(u, s), transposeOf(v));
        expect(largestDifference(product, a)).toBeLessThanOrEqual(1e-14 * largestEntry(a));
      }
    });

    it('keeps the largest singular values when asked for fewer', () => {
      const a = normalMatrix(9, 6);
      const all = get().svd(a);
      const some = get().svd(a, { count: 2 });
      expect([some.u.columns, some.v.columns, some.s.length]).toEqual([2, 2, 2]);
      for (let k = 0; k < 2; k++) expect(some.s[k]).toBeCloseTo(all.s[k], 12);
    });
  });

  describe(`${name}: eigenvalues`, () => {
    it('finds orthonormal eigenvectors of symmetric matrices', () => {
      fc.assert(
        fc.property(size, seed, (n, s) => {
          const a = symmetricMatrix(n, s);
          const { values, vectors } = get().eigenSymmetric(a);
          expectOrthonormal(vectors);
          expectOriented(vectors);
          const left = naiveProduct(a, vectors);
          expect(largestDifference(left, scaleColumns(vectors, values))).toBeLessThan(
            1e-13 * n * largestEntry(a),
          );
          for (let k = 1; k < n; k++) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
        }),
        runs,
      );
    });

    it('copes with 120 rows, repeated values and numbers at the ends of the range', () => {
      const big = symmetricMatrix(120, 5);
      const { values, vectors } = get().eigenSymmetric(big);
      expectOrthonormal(vectors, 1e-12);
      expect(
        largestDifference(naiveProduct(big, vectors), scaleColumns(vectors, values)),
      ).toBeLessThan(1e-11);
      const q = get().qr(normalMatrix(30, 30)).q;
      const repeated = Float64Array.from({ length: 30 }, (_, k) => Math.floor(k / 10));
      const a = naiveProduct(scaleColumns(q, repeated), transposeOf(q));
      const received = get().eigenSymmetric(a, { which: 'smallest' });
      expectOrthonormal(received.vectors);
      received.values.forEach((value, k) => expect(value).toBeCloseTo(repeated[k], 12));
      for (const scale of [1e-290, 1e290]) {
        const scaled = denseMatrix(
          30,
          30,
          a.data.map((value) => value * scale),
        );
        const again = get().eigenSymmetric(scaled, { which: 'smallest' }).values;
        again.forEach((value, k) => expect(value / scale).toBeCloseTo(repeated[k], 12));
      }
    });

    it('orders and counts as asked', () => {
      const a = symmetricMatrix(7, 6);
      const ascending = get().eigenSymmetric(a, { which: 'smallest' }).values;
      const descending = get().eigenSymmetric(a).values;
      descending.forEach((value, k) => expect(value).toBeCloseTo(ascending[6 - k], 12));
      const two = get().eigenSymmetric(a, { which: 'smallest', count: 2 });
      expect(two.vectors.columns).toBe(2);
      two.values.forEach((value, k) => expect(value).toBeCloseTo(ascending[k], 12));
      expect(get().eigenSymmetric(a, { count: 0 }).values).toHaveLength(0);
      errorOf(() => get().eigenSymmetric(a, { count: 8 }), 'INVALID_OPTION');
    });

    it('solves generalised problems with vᵀ·b·v = 1', () => {
      fc.assert(
        fc.property(size, seed, (n, s) => {
          const a = symmetricMatrix(n, s);
          const b = positiveMatrix(n, s + 1);
          const { values, vectors } = get().eigenGeneralized(a, b);
          expectOriented(vectors);
          const gram = naiveProduct(transposeOf(vectors), naiveProduct(b, vectors));
          const scale = largestEntry(vectors) ** 2 * largestEntry(b);
          expect(largestDifference(gram, identity(n))).toBeLessThan(1e-13 * n * n * (1 + scale));
          const left = naiveProduct(a, vectors);
          const right = naiveProduct(b, scaleColumns(vectors, values));
          const size = largestEntry(vectors) * (largestEntry(a) + largestEntry(right));
          expect(largestDifference(left, right)).toBeLessThan(1e-12 * n * n * (1 + size));
        }),
        runs,
      );
    });

    it('refuses numbers that are not finite', () => {
      const bad = fromRows([
        [1, 0],
        [Infinity, 1],
      ]);
      expect(errorOf(() => get().eigenSymmetric(bad), 'NUMERICAL')).toMatchObject({ row: 1 });
      expect(errorOf(() => get().svd(bad), 'NUMERICAL')).toMatchObject({ row: 1, column: 0 });
    });
  });

  describe(`${name}: distances and kernels`, () => {
    it('measures the same in every mixture of dense and sparse', () => {
      fc.assert(
        fc.property(size, size, size, seed, (m, k, n, s) => {
          const x = withHoles(normalMatrix(m, n, randomSource(s)), randomSource(s));
          const y = withHoles(normalMatrix(k, n, randomSource(s + 1)), randomSource(s + 1));
          const expected = denseMatrix(m, k);
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < k; j++) {
              for (let c = 0; c < n; c++) {
                expected.data[i * k + j] += (x.data[i * n + c] - y.data[j * n + c]) ** 2;
              }
            }
          }
          for (const [a, b] of [
            [x, y],
            [sparseCopy(x), y],
            [x, sparseCopy(y)],
            [sparseCopy(x), sparseCopy(y)],
          ]) {
            const received = get().squaredDistances(a, b);
            expect(largestDifference(received, expected)).toBeLessThan(1e-12);
          }
          const self = get().squaredDistances(x, x);
          expect(transposeOf(self).data).toEqual(self.data);
          for (let i = 0; i < m; i++) expect(self.data[i * m + i]).toBe(0);
        }),
        runs,
      );
    });

    it('computes the same kernels from dense and sparse rows', () => {
      const x = withHoles(normalMatrix(6, 5, randomSource(1)));
      const y = withHoles(normalMatrix(4, 5, randomSource(2)), randomSource(5));
      const magnitudes = (a: DenseMatrix): DenseMatrix => ({ ...a, data: a.data.map(Math.abs) });
      for (const kernel of [
        { type: 'linear' },
        { type: 'rbf', gamma: 0.3 },
        { type: 'laplacian', gamma: 0.3 },
        { type: 'polynomial', gamma: 0.3, degree: 3, constant: 1 },
        { type: 'cosine' },
        { type: 'chi2', gamma: 0.3 },
        { type: 'sigmoid', gamma: 0.3, constant: 0.1 },
      ] as const) {
        const [a, b] = kernel.type === 'chi2' ? [magnitudes(x), magnitudes(y)] : [x, y];
        const dense = get().kernelMatrix(kernel, a, b);
        for (const [left, right] of [
          [sparseCopy(a), b],
          [a, sparseCopy(b)],
          [sparseCopy(a), sparseCopy(b)],
        ]) {
          expect(largestDifference(get().kernelMatrix(kernel, left, right), dense)).toBeLessThan(
            1e-14,
          );
        }
        const self = get().kernelMatrix(kernel, a, a);
        expect(transposeOf(self).data).toEqual(self.data);
      }
    });

    it('gives a cosine of 0 for a row of zeros', () => {
      const x = fromRows([
        [0, 0],
        [3, 4],
      ]);
      const received = get().kernelMatrix({ type: 'cosine' }, x, x);
      expect(Array.from(received.data)).toEqual([0, 0, 0, expect.closeTo(1, 15)]);
    });

    it('refuses negative data for chi2 and options that are not numbers', () => {
      const x = fromRows([[1, -1]]);
      expect(
        errorOf(() => get().kernelMatrix({ type: 'chi2', gamma: 1 }, x, x), 'INVALID_DATA'),
      ).toMatchObject({ argument: 'x', firstIndex: 1 });
      errorOf(() => get().kernelMatrix({ type: 'rbf', gamma: Number.NaN }, x, x), 'INVALID_OPTION');
    });
  });

  describe(`${name}: edges`, () => {
    it('handles sizes of zero', () => {
      const none = denseMatrix(0, 0);
      expect(get().multiply(denseMatrix(2, 0), denseMatrix(0, 3)).data).toEqual(
        new Float64Array(6),
      );
      expect(get().crossProduct(denseMatrix(0, 2)).data).toEqual(new Float64Array(4));
      expect(get().cholesky(none).rows).toBe(0);
      expect(get().solve(none, denseMatrix(0, 2)).columns).toBe(2);
      expect(get().solvePositiveDefinite(identity(2), denseMatrix(2, 0)).columns).toBe(0);
      expect(get().solveTriangular(none, denseMatrix(0, 1)).rows).toBe(0);
      expect(get().eigenSymmetric(none).values).toHaveLength(0);
      expect(get().eigenGeneralized(none, none).values).toHaveLength(0);
      const { q, r } = get().qr(denseMatrix(3, 0));
      expect([q.rows, q.columns, r.rows]).toEqual([3, 0, 0]);
      for (const [m, n] of [
        [0, 0],
        [0, 3],
        [3, 0],
      ]) {
        const { u, s, v } = get().svd(denseMatrix(m, n));
        expect([u.rows, u.columns, s.length, v.rows, v.columns]).toEqual([m, 0, 0, n, 0]);
        const { x, rank } = get().leastSquares(denseMatrix(m, n), denseMatrix(m, 2));
        expect([x.rows, x.columns, rank]).toEqual([n, 2, 0]);
      }
      expect(get().squaredDistances(denseMatrix(0, 2), denseMatrix(3, 2)).columns).toBe(3);
      expect(
        get().kernelMatrix({ type: 'linear' }, denseMatrix(2, 0), denseMatrix(1, 0)).data,
      ).toEqual(new Float64Array(2));
    });

    it('leaves its inputs alone and shares nothing with its results', () => {
      const a = positiveMatrix(5, 1);
      const b = positiveMatrix(5, 2);
      const copies = [a.data.slice(), b.data.slice()];
      const engine = get();
      const results = [
        engine.multiply(a, b),
        engine.crossProduct(a),
        engine.cholesky(a),
        engine.solveTriangular(engine.cholesky(a), b),
        engine.solvePositiveDefinite(a, b),
        engine.solve(a, b),
        engine.leastSquares(a, b).x,
        engine.qr(a).q,
        engine.qr(a).r,
        engine.eigenSymmetric(a).vectors,
        engine.eigenGeneralized(a, b).vectors,
        engine.svd(a).u,
        engine.svd(a).v,
        engine.squaredDistances(a, b),
        engine.kernelMatrix({ type: 'linear' }, a, b),
      ];
      expect([a.data, b.data]).toEqual(copies);
      for (const result of results) result.data.fill(Number.NaN);
      expect([a.data, b.data]).toEqual(copies);
      expect(largestEntry(engine.multiply(a, b))).toBeGreaterThan(0);
    });

    it('refuses sizes that do not fit', () => {
      const a = normalMatrix(3, 2);
      const b = normalMatrix(4, 3);
      for (const action of [
        () => get().multiply(a, b),
        () => get().multiply(a, b, { transposeA: true }),
        () => get().cholesky(a),
        () => get().solve(a, a),
        () => get().solve(identity(3), b),
        () => get().solvePositiveDefinite(identity(3), b),
        () => get().solveTriangular(identity(3), b),
        () => get().leastSquares(a, b),
        () => get().qr(transposeOf(a)),
        () => get().eigenSymmetric(a),
        () => get().eigenGeneralized(identity(2), identity(3)),
        () => get().squaredDistances(a, b),
        () => get().kernelMatrix({ type: 'rbf', gamma: 1 }, a, b),
      ]) {
        errorOf(action, 'SHAPE_MISMATCH');
      }
    });
  });
}

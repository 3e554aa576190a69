import { denseMatrix } from '@graft-ml/core';
import fc from 'fast-check';
import { errorOf } from '../support/matrices.js';
import { forEachVariant } from './engines.js';
import { numbers } from './native.js';

/** Distance in units in the last place of the true value. */
function ulps(received: number, expected: number): number {
  if (received === expected) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52);
  return Math.abs(received - expected) / unit;
}

forEachVariant((_variant, get) => {
  describe('exponential and logarithm', () => {
    it('stay within a unit or two of the library functions', () => {
      const next = numbers(1);
      const x = Float64Array.from({ length: 5001 }, () => next() * 1390);
      const powers = get().exponential(x);
      powers.forEach((value, i) => expect(ulps(value, Math.exp(x[i]))).toBeLessThanOrEqual(2));
      const logs = get().logarithm(powers);
      logs.forEach((value, i) => expect(ulps(value, Math.log(powers[i]))).toBeLessThanOrEqual(2));
      const around = Float64Array.from({ length: 999 }, (_, i) => 0.5 + i / 999);
      get()
        .logarithm(around)
        .forEach((value, i) => expect(ulps(value, Math.log(around[i]))).toBeLessThanOrEqual(2));
    });

    it('keep the special values', () => {
      const special = Float64Array.of(
        0,
        -0,
        1,
        Infinity,
        -Infinity,
        NaN,
        5e-324,
        710,
        -745,
        -750,
        -1,
      );
      expect(get().exponential(special)).toEqual(special.map(Math.exp));
      expect(get().logarithm(special)).toEqual(special.map(Math.log));
      expect(get().exponential(new Float64Array())).toHaveLength(0);
    });
  });

  it('keeps what is not a number, and what is infinite, through distances and kernels', () => {
    const x = denseMatrix(3, 2, Float64Array.of(0, 0, Number.NaN, 1, 1e200, 0));
    const distances = get().squaredDistances(x, x).data;
    expect(Array.from(distances)).toEqual([0, NaN, Infinity, NaN, NaN, NaN, Infinity, NaN, 0]);
    const kernel = get().kernelMatrix({ type: 'rbf', gamma: 1 }, x, x).data;
    expect(Array.from(kernel)).toEqual([1, NaN, 0, NaN, NaN, NaN, 0, NaN, 1]);
  });

  describe('moments', () => {
    it('equal their definition, weighted or not', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 600 }),
          fc.integer({ min: 1, max: 9 }),
          fc.nat(999),
          fc.boolean(),
          (rows, columns, seed, weighted) => {
            const next = numbers(seed);
            const x = denseMatrix(
              rows,
              columns,
              Float64Array.from({ length: rows * columns }, next),
            );
            const weights = Float64Array.from({ length: rows }, (_, i) =>
              i === 0 ? 1 : next() + 0.5,
            );
            const { weight, mean, scatter } = get().moments(x, weighted ? weights : undefined);
            const w = weighted ? weights : new Float64Array(rows).fill(1);
            const total = w.reduce((sum, value) => sum + value, 0);
            expect(weight).toBeCloseTo(total, 10);
            for (let j = 0; j < columns; j++) {
              const expected =
                w.reduce((sum, value, i) => sum + value * x.data[i * columns + j], 0) / total;
              expect(mean[j]).toBeCloseTo(expected, 12);
              for (let k = 0; k < columns; k++) {
                let sum = 0;
                for (let i = 0; i < rows; i++)
                  sum +=
                    w[i] *
                    (x.data[i * columns + j] - mean[j]) *
                    (x.data[i * columns + k] - mean[k]);
                expect(scatter.data[j * columns + k]).toBeCloseTo(sum, 10);
              }
            }
          },
        ),
        { numRuns: 25, seed: 1 },
      );
    });

    it('lose nothing far from the origin', () => {
      const x = denseMatrix(
        1000,
        1,
        Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2)),
      );
      const { mean, scatter } = get().moments(x);
      expect(mean[0]).toBe(1e9 + 0.5);
      expect(scatter.data[0]).toBe(250);
    });

    it('refuse weights that do not fit', () => {
      errorOf(() => get().moments(denseMatrix(3, 1), new Float64Array(2)), 'SHAPE_MISMATCH');
    });
  });

  it('multiplies in single precision with any transposition', () => {
    const next = numbers(7);
    for (const [m, n, k] of [
      [1, 1, 1],
      [9, 5, 3],
      [130, 70, 300],
      [8, 1030, 4],
    ]) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const a = {
            rows: transposeA ? k : m,
            columns: transposeA ? m : k,
            data: Float32Array.from({ length: m * k }, next),
          };
          const b = {
            rows: transposeB ? n : k,
            columns: transposeB ? k : n,
            data: Float32Array.from({ length: n * k }, next),
          };
          const c = get().multiplyFloat32(a, b, { transposeA, transposeB });
          expect([c.rows, c.columns]).toEqual([m, n]);
          let worst = 0;
          for (let p = 0; p < m * n; p += 7) {
            const i = Math.floor(p / n);
            const j = p % n;
            let sum = 0;
            for (let q = 0; q < k; q++) {
              sum +=
                a.data[transposeA ? q * m + i : i * k + q] *
                b.data[transposeB ? j * k + q : q * n + j];
            }
            worst = Math.max(worst, Math.abs(c.data[p] - sum));
          }
          expect(worst).toBeLessThan(1e-5);
        }
      }
    }
  });
});

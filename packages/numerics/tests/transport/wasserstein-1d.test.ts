import fc from 'fast-check';
import { denseMatrix } from '@graft-ml/core';
import { optimalTransport, wassersteinDistance1d } from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import { errorOf } from '../support/matrices.js';

const runs = { numRuns: 150, seed: 1 };
// Ties are frequent, and no two values differ by less than 1e-3.
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -9000, max: 9000 }).map((k) => k / 1000),
);
const weight = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 4 }),
  fc.double({ min: 0.1, max: 5, noNaN: true }),
);

/** Values with weights, one of which is positive. */
const sample = fc
  .array(fc.tuple(value, weight), { minLength: 1, maxLength: 12 })
  .filter((pairs) => pairs.some(([, w]) => w > 0))
  .map((pairs) => ({
    values: Float64Array.from(pairs, ([v]) => v),
    weights: Float64Array.from(pairs, ([, w]) => w),
  }));

describeGolden('div.wasserstein1d', (golden) => {
  const { u, v, wu, wv } = golden.inputs;
  const weighted = {
    sourceWeights: Float64Array.from(wu.data),
    targetWeights: Float64Array.from(wv.data),
  };

  it('gives W1 and the square of W2', () => {
    expectGolden(golden, 'w1', [wassersteinDistance1d(u.data, v.data)]);
    expectGolden(golden, 'w2sq', [wassersteinDistance1d(u.data, v.data, { power: 2 }) ** 2]);
  });

  it('counts weights by their share', () => {
    expectGolden(golden, 'w1Weighted', [wassersteinDistance1d(u.data, v.data, weighted)]);
    const w2 = wassersteinDistance1d(u.data, v.data, { ...weighted, power: 2 });
    expectGolden(golden, 'w2sqWeighted', [w2 ** 2]);
  });
});

describe('wassersteinDistance1d', () => {
  it('is the area between the distribution functions for power 1', () => {
    // F and G step at 0, 1 and at 0, 3: they differ by 1/4 on [0, 1] and by 1/4 on [1, 3].
    const distance = wassersteinDistance1d([0, 1], [0, 3], {
      sourceWeights: Float64Array.of(1, 3),
      targetWeights: Float64Array.of(2, 2),
    });
    expect(distance).toBeCloseTo(0.25 * 1 + 0.5 * 2, 15);
  });

  it('costs what the cheapest plan costs', () => {
    fc.assert(
      fc.property(sample, sample, fc.constantFrom(1, 1.5, 2, 3), (x, y, power) => {
        const cost = denseMatrix(x.values.length, y.values.length);
        x.values.forEach((p, i) =>
          y.values.forEach((q, j) => (cost.data[i * cost.columns + j] = Math.abs(p - q) ** power)),
        );
        const share = (weights: Float64Array): Float64Array => {
          const sum = weights.reduce((a, b) => a + b, 0);
          return weights.map((w) => w / sum);
        };
        const exact = optimalTransport(cost, {
          sourceWeights: share(x.weights),
          targetWeights: share(y.weights),
        });
        const distance = wassersteinDistance1d(x.values, y.values, {
          sourceWeights: x.weights,
          targetWeights: y.weights,
          power,
        });
        const largest = Math.max(1, ...cost.data);
        expect(Math.abs(distance ** power - exact.cost)).toBeLessThan(1e-12 * largest);
      }),
      runs,
    );
  });

  it('measures a shift, and does not overflow on the way', () => {
    const shift = (by: number): number[] => [3, 1, 2].map((x) => x + by);
    expect(wassersteinDistance1d([1, 2, 3], shift(5), { power: 7 })).toBeCloseTo(5, 13);
    expect(wassersteinDistance1d([0], [1e200], { power: 4 })).toBe(1e200);
    expect(wassersteinDistance1d([4, 4], [4], { power: 2 })).toBe(0);
  });

  it('leaves its inputs alone', () => {
    const values = Float64Array.of(3, 1, 2);
    wassersteinDistance1d(values, values);
    expect(Array.from(values)).toEqual([3, 1, 2]);
  });

  it('refuses what has no distance', () => {
    errorOf(() => wassersteinDistance1d([], [1]), 'SHAPE_MISMATCH');
    expect(
      errorOf(() => wassersteinDistance1d([1], [1, Number.NaN]), 'INVALID_DATA'),
    ).toMatchObject({
      argument: 'target',
      firstIndex: 1,
    });
    const sourceWeights = Float64Array.of(-1);
    errorOf(() => wassersteinDistance1d([1], [1], { sourceWeights }), 'INVALID_DATA');
    for (const power of [0.5, Number.NaN, Infinity]) {
      errorOf(() => wassersteinDistance1d([1], [1], { power }), 'INVALID_OPTION');
    }
  });
});

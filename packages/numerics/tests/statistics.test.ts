import fc from 'fast-check';
import { denseMatrix } from '@graft-ml/core';
import {
  argmax,
  argmaxRows,
  centreKernel,
  centreKernelRows,
  columnMeans,
  columnStandardDeviations,
  columnVariances,
  correlation,
  covariance,
  effectiveSampleSize,
  entropyEffectiveSampleSize,
  logSumExp,
  medianDistance,
  medianHeuristicGamma,
  quantile,
  randomSource,
  referenceLinearAlgebra as linalg,
  scatterMoments,
  softmaxRows,
} from '@graft-ml/numerics';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { sparseCopy } from './support/linear-algebra-properties.js';
import {
  errorOf,
  fromGolden,
  fromRows,
  identity,
  largestDifference,
  naiveProduct,
  normalMatrix,
  transposeOf,
} from './support/matrices.js';

describeGolden('num.cov', (golden) => {
  it('gives means, covariances and correlation', () => {
    const X = fromGolden(golden.inputs['X']);
    const weights = golden.inputs['w'].data;
    expectGolden(golden, 'mean', columnMeans(X));
    expectGolden(golden, 'cov1', covariance(linalg, X).data);
    expectGolden(golden, 'cov0', covariance(linalg, X, { ddof: 0 }).data);
    expectGolden(golden, 'weightedMean', columnMeans(X, { weights }));
    expectGolden(golden, 'weightedCov', covariance(linalg, X, { weights, ddof: 0 }).data);
    expectGolden(golden, 'std1', columnStandardDeviations(X));
    expectGolden(golden, 'corr', correlation(linalg, X).data);
  });
});

describe('weight, mean and scatter', () => {
  it('are sums over the rows, by weight', () => {
    const x = fromRows([
      [1, 5],
      [2, -1],
      [4, 0],
    ]);
    const { weight, mean, scatter } = scatterMoments(linalg, x, Float64Array.of(1, 2, 1));
    expect(weight).toBe(4);
    expect(mean).toEqual(Float64Array.of(2.25, 0.75));
    const expected = fromRows([
      [4.75, -5.75],
      [-5.75, 24.75],
    ]);
    expect(largestDifference(scatter, expected)).toBeLessThan(1e-14);
  });

  it('lose nothing far from the origin', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
    const { weight, mean, scatter } = scatterMoments(linalg, denseMatrix(1000, 1, values));
    expect([weight, mean[0], scatter.data[0]]).toEqual([1000, 1e9 + 0.5, 250]);
  });

  it('lose nothing where the weights rest on rows far from all others', async () => {
    const random = randomSource(1);
    const values = Float64Array.from({ length: 400 }, (_, i) =>
      i % 2 ? 1 + 1e-7 * random.normal() : -5 + random.normal(),
    );
    const weights = Float64Array.from({ length: 400 }, (_, i) => i % 2);
    const near = values.filter((_, i) => i % 2).map((value) => value - 1);
    const mean = near.reduce((sum, value) => sum + value, 0) / 200;
    const expected = near.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    for (const engine of [linalg, await loadWasmLinearAlgebra()]) {
      const { scatter } = scatterMoments(engine, denseMatrix(400, 1, values), weights);
      expect(scatter.data[0]! / expected).toBeCloseTo(1, 12);
    }
  });

  it('are the engine’s own where it has some', () => {
    const x = denseMatrix(1, 1, Float64Array.of(7));
    const own = { weight: 1, mean: x.data, scatter: denseMatrix(1, 1) };
    expect(scatterMoments({ ...linalg, moments: () => own }, x)).toBe(own);
  });
});

describeGolden('num.median', (golden) => {
  it('leaves zero distances out', () => {
    const X = fromGolden(golden.inputs['X']);
    expectGolden(golden, 'medianDistance', [medianDistance(linalg, X)]);
    const gamma = medianHeuristicGamma(linalg, X);
    expectGolden(golden, 'gammaHalfInverseSquare', [gamma]);
    expectGolden(golden, 'gammaInverseSquare', [2 * gamma]);
  });
});

describeGolden('inst.ess', (golden) => {
  it('counts effective samples', () => {
    const weights = golden.inputs['w'].data;
    expectGolden(golden, 'ess', [effectiveSampleSize(weights)]);
    expectGolden(golden, 'entropyEss', [entropyEffectiveSampleSize(weights)]);
    const cap = quantile(weights, 0.9);
    expectGolden(
      golden,
      'capped',
      weights.map((w) => Math.min(w, cap)),
    );
  });
});

describeGolden('num.softmax', (golden) => {
  it('stays finite at extreme arguments', () => {
    const Z = fromGolden(golden.inputs['Z']);
    expectGolden(golden, 'softmax', softmaxRows(Z).data);
    const rows = [0, 1, 2, 3].map((i) => logSumExp(Z.data.subarray(i * 3, i * 3 + 3)));
    expectGolden(golden, 'logsumexp', rows);
  });
});

describeGolden('num.center', (golden) => {
  it('centres kernels of training and new rows', () => {
    const [X, Y] = [fromGolden(golden.inputs['X']), fromGolden(golden.inputs['Y'])];
    const kernel = { type: 'rbf', gamma: golden.options['gamma'] as number } as const;
    const training = linalg.kernelMatrix(kernel, X, X);
    expectGolden(golden, 'train', centreKernel(training).data);
    expectGolden(
      golden,
      'test',
      centreKernelRows(linalg.kernelMatrix(kernel, Y, X), training).data,
    );
  });
});

describe('centreKernel', () => {
  it('is H·K·H with H = I − 11ᵀ/n', () => {
    const x = normalMatrix(6, 3);
    const kernel = naiveProduct(x, transposeOf(x));
    const h = denseMatrix(
      6,
      6,
      identity(6).data.map((value) => value - 1 / 6),
    );
    const expected = naiveProduct(naiveProduct(h, kernel), h);
    expect(largestDifference(centreKernel(kernel), expected)).toBeLessThan(1e-14);
    errorOf(() => centreKernelRows(normalMatrix(2, 5), kernel), 'SHAPE_MISMATCH');
  });
});

describe('covariance', () => {
  it('is Σ w(x − m)(x − m)ᵀ / (W − ddof·Σw²/W), dense and sparse', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 1),
        fc.boolean(),
        fc.nat(1000),
        (n, d, ddof, weighted, seed) => {
          const random = randomSource(seed);
          const x = normalMatrix(n, d, random);
          for (let p = 0; p < x.data.length; p++) if (random.uniform() < 0.4) x.data[p] = 0;
          const weights = Array.from({ length: n }, () => (weighted ? random.uniform() + 0.1 : 1));
          const total = weights.reduce((a, b) => a + b);
          const squares = weights.reduce((a, b) => a + b * b, 0);
          const mean = Array.from({ length: d }, (_, j) =>
            weights.reduce((sum, w, i) => sum + (w / total) * x.data[i * d + j], 0),
          );
          const expected = denseMatrix(d, d);
          weights.forEach((w, i) => {
            for (let a = 0; a < d; a++) {
              for (let b = 0; b < d; b++) {
                expected.data[a * d + b] +=
                  (w * (x.data[i * d + a] - mean[a]) * (x.data[i * d + b] - mean[b])) /
                  (total - (ddof * squares) / total);
              }
            }
          });
          const options = weighted ? { weights, ddof } : { ddof };
          for (const given of [x, sparseCopy(x)]) {
            const received = covariance(linalg, given, options);
            expect(largestDifference(received, expected)).toBeLessThan(1e-12);
            expect(transposeOf(received).data).toEqual(received.data);
            const variances = columnVariances(given, options);
            variances.forEach((v, j) => expect(v).toBeCloseTo(expected.data[j * d + j], 12));
            columnMeans(given, options).forEach((m, j) => expect(m).toBeCloseTo(mean[j], 12));
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('does not depend on the unit of the weights', () => {
    const x = normalMatrix(5, 2);
    const weights = [1, 2, 0, 3, 0.5];
    const scaled = weights.map((w) => w * 1000);
    expect(
      largestDifference(
        covariance(linalg, x, { weights }),
        covariance(linalg, x, { weights: scaled }),
      ),
    ).toBeLessThan(1e-14);
  });

  it('keeps its digits far from the origin', () => {
    const x = fromRows([[1e9 + 1], [1e9 + 2], [1e9 + 3]]);
    expect(covariance(linalg, x).data[0]).toBeCloseTo(1, 15);
    expect(columnStandardDeviations(sparseCopy(x))[0]).toBe(1);
    expect(covariance(linalg, sparseCopy(x)).data[0]).toBe(1);
  });

  it('leaves its input alone', () => {
    const x = normalMatrix(4, 3);
    const copy = x.data.slice();
    const sparse = sparseCopy(x);
    covariance(linalg, x, { weights: [1, 2, 3, 4] });
    covariance(linalg, sparse, { weights: [1, 2, 3, 4] });
    expect(x.data).toEqual(copy);
    expect(sparse.values).toEqual(copy);
  });

  it('refuses what has no covariance', () => {
    const x = normalMatrix(2, 2);
    errorOf(() => covariance(linalg, denseMatrix(0, 2)), 'INVALID_DATA');
    errorOf(() => covariance(linalg, denseMatrix(1, 2)), 'INVALID_DATA');
    expect(covariance(linalg, denseMatrix(1, 2), { ddof: 0 }).data).toEqual(new Float64Array(4));
    errorOf(() => covariance(linalg, x, { weights: [1, 0] }), 'INVALID_DATA');
    errorOf(() => covariance(linalg, x, { weights: [0, 0] }), 'INVALID_DATA');
    errorOf(() => columnMeans(x, { weights: [1, -1] }), 'INVALID_DATA');
    errorOf(() => columnMeans(x, { weights: [1] }), 'SHAPE_MISMATCH');
    const constant = fromRows([
      [1, 2],
      [1, 3],
    ]);
    expect(errorOf(() => correlation(linalg, constant), 'INVALID_DATA')).toMatchObject({
      column: 0,
    });
  });
});

describe('medianDistance', () => {
  it('takes the mean of the two middle distances of an even count', () => {
    // Distances 1, 3, 7, 2, 6, 4 → sorted 1 2 3 4 6 7.
    const x = fromRows([[0], [1], [3], [7]]);
    expect(medianDistance(linalg, x)).toBe(3.5);
    expect(medianHeuristicGamma(linalg, x)).toBe(1 / (2 * 3.5 * 3.5));
  });

  it('draws rows when there are many, the same ones for the same seed', () => {
    const x = normalMatrix(400, 3);
    const all = medianDistance(linalg, x);
    const some = medianDistance(linalg, x, { maxRows: 100, seed: 3 });
    expect(some).toBe(medianDistance(linalg, x, { maxRows: 100, seed: 3 }));
    expect(some).not.toBe(all);
    expect(Math.abs(some / all - 1)).toBeLessThan(0.1);
  });

  it('refuses rows that are all equal', () => {
    errorOf(() => medianDistance(linalg, denseMatrix(3, 2)), 'INVALID_DATA');
    errorOf(() => medianDistance(linalg, denseMatrix(1, 2)), 'INVALID_DATA');
    errorOf(() => medianDistance(linalg, denseMatrix(3, 2), { maxRows: 1 }), 'INVALID_OPTION');
  });
});

describe('sample sizes and quantiles', () => {
  it('are n for equal weights, 1 for a single one and 0 for none', () => {
    for (const size of [effectiveSampleSize, entropyEffectiveSampleSize]) {
      expect(size([0.3, 0.3, 0.3])).toBeCloseTo(3, 12);
      expect(size([0, 5, 0])).toBeCloseTo(1, 12);
      expect(size([0, 0])).toBe(0);
    }
    expect(effectiveSampleSize([1e200, 1e200])).toBe(2);
  });

  it('interpolates between order statistics', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect([quantile([4, 1, 3], 0), quantile([4, 1, 3], 1)]).toEqual([1, 4]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('softmax and argmax', () => {
  it('are safe at the edges', () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
    expect(logSumExp([1000, 1000])).toBe(1000 + Math.log(2));
    expect(softmaxRows(denseMatrix(0, 3)).rows).toBe(0);
    expect(argmax([])).toBe(-1);
    expect(argmax([1, 3, 3])).toBe(1);
    expect(
      Array.from(
        argmaxRows(
          fromRows([
            [1, 2],
            [5, 2],
          ]),
        ),
      ),
    ).toEqual([1, 0]);
  });
});

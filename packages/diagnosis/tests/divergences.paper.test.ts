import { denseMatrix, type Kernel, selectRows, stackRows, toMatrix } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import {
  aDistanceOf,
  centredKernelAlignment,
  coralDistance,
  covarianceDistance,
  discreteDivergences,
  energyStatistic,
  entropy,
  frechetDistance,
  gaussianDivergences,
  gaussianMmd,
  hsic,
  linearDiscrepancy,
  linearMmd,
  linearTimeMmd,
  meanDistance,
  mmd,
  mmdWitness,
  slicedWassersteinDistance,
} from '@graft-ml/diagnosis';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

const rbf = (gamma: number): Kernel => ({ type: 'rbf', gamma });

describeGolden('div.mmd', (golden) => {
  const xs = rowsOf(golden.inputs.Xs!);
  const xt = rowsOf(golden.inputs.Xt!);
  const kernel = rbf(0.25);
  it('agrees in every form', () => {
    expectGolden(golden, 'mmd2Biased', [mmd(xs, xt, { kernel })]);
    expectGolden(golden, 'mmd2Unbiased', [mmd(xs, xt, { kernel, estimator: 'unbiased' })]);
    expectGolden(golden, 'mmd2Linear', [linearMmd(xs, xt)]);
    const several = [0.0625, 0.25, 1].map(rbf);
    expectGolden(golden, 'mmd2MultiKernelBiased', [mmd(xs, xt, { kernel: several })]);
    expectGolden(golden, 'witness', mmdWitness(xs, xt, xt, { kernel }));
  });
});

describeGolden('div.mmd.gaussian', (golden) => {
  it('agrees for populations', () => {
    const normal = (mean: string, cov: string) => ({
      mean: golden.inputs[mean]!.data,
      covariance: denseMatrix(2, 2, Float64Array.from(golden.inputs[cov]!.data)),
    });
    const value = gaussianMmd(normal('m1', 'S1'), normal('m2', 'S2'), { squared: 1.3 });
    expectGolden(golden, 'mmd2', [value]);
  });
});

describeGolden('div.coral', (golden) => {
  it('agrees', () => {
    const xs = rowsOf(golden.inputs.Xs!);
    const xt = rowsOf(golden.inputs.Xt!);
    expectGolden(golden, 'deepCoralLoss', [coralDistance(xs, xt)]);
    expectGolden(golden, 'frobenius', [covarianceDistance(xs, xt)]);
    expectGolden(golden, 'meanDifference', [meanDistance(xs, xt)]);
  });
});

describeGolden('div.gaussian', (golden) => {
  it('agrees', () => {
    const all = gaussianDivergences(rowsOf(golden.inputs.Xs!), rowsOf(golden.inputs.Xt!));
    expectGolden(golden, 'klST', [all.klSourceTarget]);
    expectGolden(golden, 'klTS', [all.klTargetSource]);
    expectGolden(golden, 'symmetricSum', [all.jeffreys]);
    expectGolden(golden, 'bhattacharyya', [all.bhattacharyya]);
    expectGolden(golden, 'hellinger', [all.hellinger]);
    expectGolden(golden, 'frechet', [all.frechet]);
    expectGolden(golden, 'mahalanobis', [all.mahalanobis]);
  });
});

describeGolden('div.discrete', (golden) => {
  it('agrees', () => {
    const { p, q } = golden.inputs;
    const all = discreteDivergences(p!.data, q!.data);
    expectGolden(golden, 'klPQ', [all.klSourceTarget]);
    expectGolden(golden, 'klQP', [all.klTargetSource]);
    expectGolden(golden, 'js', [all.jensenShannon]);
    expectGolden(golden, 'tv', [all.totalVariation]);
    expectGolden(golden, 'hellinger', [all.hellinger]);
    expectGolden(golden, 'psi', [all.stabilityIndex]);
    expectGolden(golden, 'entropyP', [entropy(p!.data)]);
  });
});

describeGolden('div.discrepancy', (golden) => {
  it('agrees', () => {
    const xs = rowsOf(golden.inputs.Xs!);
    const xt = rowsOf(golden.inputs.Xt!);
    const normalized = { normalized: true };
    expectGolden(golden, 'linearDiscrepancy', [linearDiscrepancy(xs, xt)]);
    expectGolden(golden, 'normalizedLinearDiscrepancy', [linearDiscrepancy(xs, xt, normalized)]);
    expectGolden(golden, 'normalizedFrechet', [frechetDistance(xs, xt, normalized)]);
  });
});

describeGolden('div.energy', (golden) => {
  it('agrees', () => {
    const value = energyStatistic(rowsOf(golden.inputs.Xs!), rowsOf(golden.inputs.Xt!));
    expectGolden(golden, 'energyStatistic', [value]);
  });
});

describeGolden('div.hsic', (golden) => {
  it('agrees', () => {
    const x = rowsOf(golden.inputs.X!);
    const y = rowsOf(golden.inputs.Y!);
    const kernels = { kernelX: rbf(0.25), kernelY: rbf(0.5) };
    expectGolden(golden, 'biasedN1', [hsic(x, y, kernels)]);
    expectGolden(golden, 'biasedN', [hsic(x, y, { ...kernels, estimator: 'mean' })]);
    expectGolden(golden, 'unbiased', [hsic(x, y, { ...kernels, estimator: 'unbiased' })]);
    expectGolden(golden, 'cka', [centredKernelAlignment(x, y, kernels)]);
  });
});

describeGolden('div.adistance', (golden) => {
  it('agrees on fixed rows', async () => {
    const rows = (name: string, part: string) =>
      selectRows(toMatrix(rowsOf(golden.inputs[name]!), 't', name), golden.inputs[part]!.data);
    const train = stackRows([rows('Xs', 'train'), rows('Xt', 'train')]);
    const test = stackRows([rows('Xs', 'test'), rows('Xt', 'test')]);
    const half = golden.inputs.train!.data.length;
    const y = Array.from({ length: train.rows }, (_, i) => (i < half ? 0 : 1));
    const model = await new LogisticRegression({ tolerance: 1e-9 }).fit({ x: train, y });
    const { data } = await model.predictProba(test);
    const domains = Array.from({ length: test.rows }, (_, i) => (i < test.rows / 2 ? 0 : 1));
    const probabilities = domains.map((_, i) => data[2 * i + 1]!);
    expectGolden(golden, 'proxyADistance', [aDistanceOf(probabilities, domains)]);
    expectGolden(golden, 'coef', model.coefficients.data);
    expectGolden(golden, 'intercept', model.intercepts);
  });
});

describe('formulas on small samples', () => {
  it('biased and unbiased MMD are the means over pairs', () => {
    const k = (a: number, b: number) => Math.exp(-((a - b) ** 2));
    const kernel = rbf(1);
    const [s, t] = [
      [0, 1, 3],
      [2, 5],
    ];
    const mean = (a: number[], b: number[], skip: boolean) => {
      const values = a.flatMap((u, i) => b.flatMap((v, j) => (skip && i === j ? [] : [k(u, v)])));
      return values.reduce((sum, v) => sum + v, 0) / values.length;
    };
    const rows = (values: number[]) => values.map((v) => [v]);
    for (const [estimator, skip] of [
      ['biased', false],
      ['unbiased', true],
    ] as const) {
      const expected = mean(s!, s!, skip) + mean(t!, t!, skip) - 2 * mean(s!, t!, false);
      expect(mmd(rows(s!), rows(t!), { kernel, estimator })).toBeCloseTo(expected, 14);
    }
    const expected = k(0, 1) + k(2, 5) - k(0, 5) - k(1, 2);
    expect(linearTimeMmd(rows(s!), rows(t!), { kernel })).toBeCloseTo(expected, 14);
  });

  it('divergences of one-dimensional Gaussians have their known values', () => {
    const xs = [[-1], [0], [1]]; // mean 0, variance 1
    const xt = [[0], [2], [4]]; // mean 2, variance 4
    const all = gaussianDivergences(xs, xt);
    expect(all.klSourceTarget).toBeCloseTo((1 / 4 + 1 - 1 + Math.log(4)) / 2, 12);
    expect(all.frechet).toBeCloseTo(4 + (1 - 2) ** 2, 12);
    expect(all.mahalanobis).toBeCloseTo(Math.sqrt(4 / 2.5), 12);
    // The mixture has variance 2.5 + 1.
    expect(all.jensenShannonBound).toBeCloseTo(Math.log(3.5) / 2 - Math.log(4) / 4, 12);
  });

  it('the Jensen–Shannon bound lies above the value found by integration', () => {
    const xs = [[-1], [0], [1]];
    const xt = [[0], [2], [4]];
    const density = (x: number, m: number, v: number) =>
      Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(2 * Math.PI * v);
    let js = 0;
    for (let x = -20; x < 25; x += 0.001) {
      const [p, q] = [density(x, 0, 1), density(x, 2, 4)];
      if (p > 1e-300) js += (0.001 * p * Math.log((2 * p) / (p + q))) / 2;
      if (q > 1e-300) js += (0.001 * q * Math.log((2 * q) / (p + q))) / 2;
    }
    const { jensenShannonBound } = gaussianDivergences(xs, xt);
    expect(jensenShannonBound).toBeGreaterThan(js);
    expect(jensenShannonBound).toBeLessThan(js + 0.15);
  });

  it('every distance of a sample to itself is 0', () => {
    const x = [
      [0, 1],
      [2, 2],
      [1, 5],
    ];
    const { jensenShannonBound, klSourceTarget, frechet } = gaussianDivergences(x, x);
    for (const value of [
      mmd(x, x),
      coralDistance(x, x),
      energyStatistic(x, x),
      linearDiscrepancy(x, x),
      klSourceTarget,
      frechet,
      jensenShannonBound,
    ]) {
      expect(Math.abs(value)).toBeLessThan(1e-7);
    }
  });

  it('the sliced distance of a shift is its mean length along random directions', () => {
    const x = [
      [0, 0],
      [1, 2],
      [3, 1],
    ];
    const moved = x.map(([a, b]) => [a! + 3, b!]);
    // E (3·cos θ)² = 9/2 over directions in the plane.
    const value = slicedWassersteinDistance(x, moved, { nDirections: 2000 });
    expect(value).toBeCloseTo(Math.sqrt(4.5), 1);
    const line = slicedWassersteinDistance([[0], [1]], [[2], [3]], { power: 1 });
    expect(line).toBeCloseTo(2, 12);
  });

  it('refuses samples that do not fit', () => {
    expect(() => mmd([[1, 2]], [[1]])).toThrow(/columns of "target"/);
    expect(() => mmd([[1]], [[2]], { estimator: 'unbiased' })).toThrow(/at least 2 rows/);
    expect(() => discreteDivergences([0, 0], [1, 0])).toThrow(/counts or shares/);
  });
});

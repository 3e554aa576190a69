import { denseMatrix } from '@graft-ml/core';
import { gaussianMixture, mixtureLogDensity, responsibilities } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { gap } from './support/samples.js';

const random = randomSource(3);
const x = Array.from({ length: 200 }, (_, i) =>
  i % 4 === 0 ? [6 + random.normal(), random.normal()] : [random.normal(), 3 * random.normal()],
);

describe('gaussianMixture', () => {
  it('finds shares, means and spreads', () => {
    const { shares, means, covariances, converged } = gaussianMixture(x, { nComponents: 2 });
    expect(converged).toBe(true);
    const small = shares[0]! < shares[1]! ? 0 : 1;
    expect(shares[small]).toBeCloseTo(0.25, 1);
    expect(Math.abs(means.data[2 * small]! - 6)).toBeLessThan(0.4);
    expect(Math.abs(covariances[1 - small]!.data[3]! - 9)).toBeLessThan(2);
  });

  it('never makes the rows less likely', () => {
    const likelihoods = [0, 1, 2, 5, 20].map(
      (maxIterations) =>
        gaussianMixture(x, { nComponents: 3, maxIterations, tolerance: -1 }).logLikelihood,
    );
    for (let i = 1; i < 5; i++)
      expect(likelihoods[i]).toBeGreaterThanOrEqual(likelihoods[i - 1]! - 1e-9);
  });

  it('has the density of its formula', () => {
    const mixture = {
      shares: Float64Array.of(0.3, 0.7),
      means: denseMatrix(2, 1, Float64Array.of(0, 2)),
      covariances: [denseMatrix(1, 1, Float64Array.of(1)), denseMatrix(1, 1, Float64Array.of(4))],
    };
    const normal = (v: number, m: number, s: number) =>
      Math.exp(-((v - m) ** 2) / (2 * s)) / Math.sqrt(2 * Math.PI * s);
    const [a, b] = [0.3 * normal(1, 0, 1), 0.7 * normal(1, 2, 4)];
    expect(mixtureLogDensity(mixture, [[1]])[0]).toBeCloseTo(Math.log(a + b), 13);
    expect(responsibilities(mixture, [[1]]).data[0]).toBeCloseTo(a / (a + b), 13);
  });

  it('takes a row of weight 2 as the row twice', () => {
    const weights = x.map((_, i) => (i < 30 ? 2 : 1));
    const weighted = gaussianMixture(x, { nComponents: 2, weights });
    const copied = gaussianMixture([...x, ...x.slice(0, 30)], { nComponents: 2 });
    expect(gap(weighted.means.data, copied.means.data)).toBeLessThan(1e-8);
  });
});

describeGolden('learn.gmm', (golden) => {
  it('agrees from a given start', () => {
    const { X, init } = golden.inputs;
    const identity = () => denseMatrix(2, 2, Float64Array.of(1, 0, 0, 1));
    const mixture = gaussianMixture(rowsOf(X!), {
      nComponents: 3,
      start: {
        shares: Float64Array.of(1 / 3, 1 / 3, 1 / 3),
        means: denseMatrix(3, 2, Float64Array.from(init!.data)),
        covariances: [identity(), identity(), identity()],
      },
      tolerance: 1e-14,
      maxIterations: 10000,
    });
    expectGolden(golden, 'weights', mixture.shares);
    expectGolden(golden, 'means', mixture.means.data);
    expectGolden(
      golden,
      'covariances',
      mixture.covariances.flatMap(({ data }) => Array.from(data)),
    );
    expectGolden(golden, 'logLikelihood', [mixture.logLikelihood]);
    expectGolden(
      golden,
      'responsibilities',
      responsibilities(mixture, rowsOf(X!).slice(0, 5)).data,
    );
  });
});

import { expectedImprovement, GaussianProcess } from '@graft-ml/learners';
import { denseMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { correlations, tuneParameters } from '../src/internal/gaussian-process-fit.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of GaussianProcess', () => {
  it.each([
    [
      'matern52',
      (r: number) => (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r),
    ],
    ['rbf', (r: number) => Math.exp((-r * r) / 2)],
  ] as const)('conditions two rows by hand (%s)', async (covariance, c) => {
    const [s, noise, ell] = [2, 0.3, 0.7];
    const learner = new GaussianProcess({
      covariance,
      lengthScale: ell,
      signalVariance: s,
      noiseVariance: noise,
      mean: 'zero',
    });
    const model = await learner.fit({
      x: [[0], [1]],
      y: [1, -2],
      weights: [1, 3],
      task: 'regression',
    });
    const k01 = s * c(1 / ell);
    const [a, b] = [s + noise, s + noise / 3];
    const det = a * b - k01 * k01;
    const alpha = [(b * 1 + k01 * 2) / det, (-k01 * 1 - a * 2) / det];
    const q = [s * c(0.4 / ell), s * c(0.6 / ell)];
    const { mean, variance } = await model.predictWithVariance([[0.4]]);
    expect(mean[0]).toBeCloseTo(q[0]! * alpha[0]! + q[1]! * alpha[1]!, 12);
    const quadratic = (b * q[0]! ** 2 - 2 * k01 * q[0]! * q[1]! + a * q[1]! ** 2) / det;
    expect(variance[0]).toBeCloseTo(s - quadratic, 12);
  });

  it.each(['matern52', 'rbf'] as const)(
    'has the derivative of %s by the logarithm of the length scale',
    (covariance) => {
      const x = denseMatrix(3, 1, Float64Array.of(0, 0.4, 1.7));
      const slope = new Float64Array(9);
      correlations(referenceLinearAlgebra, covariance, 0.9, x, x, slope);
      const at = (h: number) =>
        correlations(referenceLinearAlgebra, covariance, 0.9 * Math.exp(h), x, x).data;
      const [up, down] = [at(1e-6), at(-1e-6)];
      slope.forEach((value, p) => expect((up[p]! - down[p]!) / 2e-6).toBeCloseTo(value, 8));
    },
  );

  it('ends tuning where no parameter makes the data likelier', async () => {
    const { x, value } = groups(20, 2, 6);
    const weights = someWeights(20, 7);
    const rows = {
      x: denseMatrix(20, 2, Float64Array.from(x.flat())),
      y: Float64Array.from(value),
      weights: Float64Array.from(weights),
    };
    const start = {
      covariance: 'rbf',
      lengthScale: 1,
      signalVariance: 1,
      noiseVariance: 0.2,
    } as const;
    const { parameters } = tuneParameters(referenceLinearAlgebra, rows, start);
    const likelihood = async (change: Partial<typeof parameters>) => {
      const learner = new GaussianProcess({ ...parameters, ...change, mean: 'zero' });
      const model = await learner.fit({ x, y: value, weights });
      return model.diagnostics.facts!['logMarginal'] as number;
    };
    const best = await likelihood({});
    for (const name of ['lengthScale', 'signalVariance', 'noiseVariance'] as const) {
      expect(await likelihood({ [name]: parameters[name] * 1.05 })).toBeLessThan(best);
      expect(await likelihood({ [name]: parameters[name] / 1.05 })).toBeLessThan(best);
    }
  });
});

describeGolden('learn.gp', (golden) => {
  it('agrees in mean, variance, likelihood and expected improvement', async () => {
    const { X, y, Z } = golden.inputs;
    const { lengthScale, noiseVariance, signalVariance } = golden.options as Record<string, number>;
    const model = await new GaussianProcess({
      lengthScale: lengthScale!,
      noiseVariance: noiseVariance!,
      signalVariance: signalVariance!,
      mean: 'zero',
    }).fit({ x: rowsOf(X!), y: y!.data });
    const prediction = await model.predictWithVariance(rowsOf(Z!));
    expectGolden(golden, 'mean', prediction.mean);
    expectGolden(golden, 'variance', prediction.variance);
    expectGolden(golden, 'logMarginal', [model.diagnostics.facts!['logMarginal'] as number]);
    expectGolden(
      golden,
      'expectedImprovement',
      expectedImprovement(prediction, Math.min(...y!.data)),
    );
  });
});

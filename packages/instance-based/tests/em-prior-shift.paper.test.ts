import { denseMatrix } from '@graft-ml/core';
import { correctPosteriors, EmPriorShift } from '@graft-ml/instance-based';
import { priorShift } from '@graft-ml/datasets';
import { LogisticRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { priorByEm } from '../src/internal/prior-by-em.js';
import { largestGap, mean } from './support/measure.js';

describe('the formulas of EM for class shares', () => {
  const posteriors = denseMatrix(3, 2, Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.2, 0.8));
  const sourcePrior = Float64Array.of(0.5, 0.5);

  it('are those of the comment in one iteration', () => {
    const one = priorByEm(posteriors, sourcePrior, { maxIterations: 1, tolerance: 0 });
    expect(largestGap(one.prior, [1.7 / 3, 1.3 / 3])).toBeLessThan(1e-15);
    const two = priorByEm(posteriors, sourcePrior, { maxIterations: 2, tolerance: 0 });
    const [a, b] = [1.7 / 1.5, 1.3 / 1.5];
    const q = [
      [0.9, 0.1],
      [0.6, 0.4],
      [0.2, 0.8],
    ].map(([p = 0, r = 0]) => (p * a) / (p * a + r * b));
    expect(two.prior[0]).toBeCloseTo(mean(q), 14);
  });

  it('never lower the likelihood, and end at its maximum', () => {
    const at = (maxIterations: number) =>
      priorByEm(posteriors, sourcePrior, { maxIterations, tolerance: 0 });
    const trace = [1, 2, 4, 8, 64, 4000].map((count) => at(count).logLikelihood);
    trace.slice(1).forEach((value, k) => expect(value).toBeGreaterThanOrEqual(trace[k]! - 1e-15));
    const best = at(4000).prior[0]!;
    const likelihood = (p: number) =>
      mean([0.9, 0.6, 0.2].map((x) => Math.log((x * p + (1 - x) * (1 - p)) * 2)));
    expect(likelihood(best)).toBeGreaterThanOrEqual(likelihood(best + 1e-4));
    expect(likelihood(best)).toBeGreaterThanOrEqual(likelihood(best - 1e-4));
  });

  it('weigh rows p(y)/p_S(y), scaled to mean 1', async () => {
    const { problem } = priorShift({ seed: 3, nSource: 80, sourceShare: 0.4 });
    const model = await new LogisticRegression().fit(problem);
    const proba = await model.predictProba(problem.target.x);
    const { prior } = priorByEm(proba, Float64Array.of(0.4, 0.6), {
      maxIterations: 1000,
      tolerance: 1e-8,
    });
    const raw = Array.from(problem.source.y, (c) => (c === 0 ? prior[0]! / 0.4 : prior[1]! / 0.6));
    const adapted = (await new EmPriorShift().fit(problem)).problem.sources[0]!;
    expect(
      largestGap(
        adapted.weights!,
        raw.map((weight) => weight / mean(raw)),
      ),
    ).toBeLessThan(1e-12);
  });
});

describeGolden('inst.emprior', (golden) => {
  it('gives the same shares, weights, likelihood and corrected posteriors', () => {
    const [rows = 0, columns = 0] = golden.inputs['posteriors']!.shape;
    const posteriors = denseMatrix(
      rows,
      columns,
      Float64Array.from(golden.inputs['posteriors']!.data),
    );
    const sourcePrior = Float64Array.from(golden.inputs['priorSource']!.data);
    const found = priorByEm(posteriors, sourcePrior, { maxIterations: 100_000, tolerance: 1e-15 });
    expectGolden(golden, 'priorTarget', found.prior);
    expectGolden(
      golden,
      'classWeights',
      found.prior.map((share, c) => share / sourcePrior[c]!),
    );
    expectGolden(golden, 'logLikelihood', [found.logLikelihood]);
    const corrected = correctPosteriors(posteriors, sourcePrior, found.prior);
    expectGolden(golden, 'correctedPosteriors', corrected.data.subarray(0, 10 * columns));
    const usual = priorByEm(posteriors, sourcePrior, { maxIterations: 1000, tolerance: 1e-8 });
    expect(usual.converged).toBe(true);
    expectGolden(golden, 'priorTarget', usual.prior);
  });
});

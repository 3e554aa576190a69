import { expectedImprovement, GaussianProcess, r2 } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { gap, groups } from './support/samples.js';

describe('GaussianProcess', () => {
  const random = randomSource(4);
  const x = Array.from({ length: 40 }, (_, i) => [i / 5]);
  const y = x.map(([v]) => 10 + Math.sin(v!) + 0.1 * random.normal());

  it('follows a curve, is sure near rows and unsure far from them', async () => {
    const model = await new GaussianProcess({ lengthScale: 1, noiseVariance: 0.01 }).fit({ x, y });
    expect(r2(y, await model.predictEncoded(x))).toBeGreaterThan(0.97);
    const { mean, variance } = await model.predictWithVariance([[4], [100]]);
    expect(variance[0]).toBeLessThan(0.01);
    expect(variance[1]).toBeCloseTo(1, 12);
    expect(mean[1]).toBeCloseTo(y.reduce((a, b) => a + b, 0) / 40, 10);
  });

  it('makes the data likelier by tuning, and finds the noise', async () => {
    const start = await new GaussianProcess().fit({ x, y });
    const tuned = await new GaussianProcess({ tuning: 'likelihood' }).fit({ x, y });
    const facts = tuned.diagnostics.facts as Record<string, number>;
    expect(facts['logMarginal']).toBeGreaterThan(
      (start.diagnostics.facts as Record<string, number>)['logMarginal']!,
    );
    expect(tuned.diagnostics.converged).toBe(true);
    expect(facts['noiseVariance']).toBeGreaterThan(0.005);
    expect(facts['noiseVariance']).toBeLessThan(0.02);
  });

  it('does not mind the order of rows when tuning either', async () => {
    const learner = new GaussianProcess({ tuning: 'likelihood', covariance: 'rbf' });
    const straight = await learner.fit({ x, y });
    const turned = await learner.fit({ x: [...x].reverse(), y: [...y].reverse() });
    expect(gap(await straight.predictEncoded(x), await turned.predictEncoded(x))).toBeLessThan(
      1e-6,
    );
  });

  it('takes a row of weight 2 as two observations', async () => {
    const { x: rows, value } = groups(12, 2, 3);
    const learner = new GaussianProcess({ lengthScale: 1 });
    const weighted = await learner.fit({
      x: rows,
      y: value,
      weights: value.map((_, i) => (i === 3 ? 2 : 1)),
    });
    const copied = await learner.fit({ x: [...rows, rows[3]!], y: [...value, value[3]!] });
    const [a, b] = [
      await weighted.predictWithVariance(rows),
      await copied.predictWithVariance(rows),
    ];
    expect(gap(a.mean, b.mean)).toBeLessThan(1e-10);
    expect(gap(a.variance, b.variance)).toBeLessThan(1e-10);
  });
});

describe('expectedImprovement', () => {
  it('is the mean of what is gained', () => {
    const random = randomSource(8);
    const gains = Array.from({ length: 200000 }, () =>
      Math.max(0, 0.5 - (1 + 2 * random.normal())),
    );
    const sampled = gains.reduce((a, b) => a + b, 0) / gains.length;
    const [exact] = expectedImprovement(
      { mean: Float64Array.of(1), variance: Float64Array.of(4) },
      0.5,
    );
    expect(Math.abs(exact! - sampled)).toBeLessThan(0.01);
    const sure = { mean: Float64Array.of(1, 3), variance: Float64Array.of(0, 0) };
    expect(Array.from(expectedImprovement(sure, 2))).toEqual([1, 0]);
  });
});

import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 200 }, (_, i) => (i % 2 ? 'good' : 'bad'));

/** Documents: ten common words lean to a class, and so do ten words that only one domain has. */
function reviews() {
  const random = randomSource(77);
  const rows = (own: number) =>
    labels.map((label) => {
      const leansTo = (j: number) => j < 5 === (label === 'good');
      const words = new Array<number>(30).fill(0);
      for (let j = 0; j < 10; j++) if (random.uniform() < (leansTo(j) ? 0.35 : 0.1)) words[j] = 1;
      for (let j = 0; j < 10; j++) {
        if (random.uniform() < (leansTo(j) ? 0.6 : 0.1)) words[own + j] = 1;
      }
      return words;
    });
  return { xs: rows(10), xt: rows(20) };
}

describe('MarginalizedDenoising', () => {
  it('carries words across domains: logistic regression from 0.81 to above 0.95', async () => {
    const { xs, xt } = reviews();
    const accuracyOf = async (problem: Parameters<LogisticRegression['fit']>[0], x: typeof xt) => {
      const model = await new LogisticRegression().fit(problem);
      const predicted = await model.predict(x);
      return predicted.filter((label, i) => label === labels[i]).length / labels.length;
    };
    const input = { source: { x: xs, y: labels }, target: { x: xt } };
    const { problem, fitted } = await new MarginalizedDenoising({
      nLayers: 3,
      corruption: 0.8,
    }).fit(input);
    const target = valuesOf(await fitted.transform(xt, 'target'));
    const adapted = xt.map((_, i) => Array.from(target.subarray(i * 120, (i + 1) * 120)));
    expect(await accuracyOf(input, xt)).toBeLessThan(0.82);
    expect(await accuracyOf(problem, adapted)).toBeGreaterThan(0.95);
  });

  it('keeps the features and adds as many per layer', async () => {
    const { xs, xt } = reviews();
    const method = new MarginalizedDenoising({ nLayers: 3 });
    const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(problem.target.x.columns).toBe(120);
    expect(problem.target.features.names).toHaveLength(120);
    expect(largestGap(valuesOf(problem.target.x).subarray(0, 30), xt[0]!)).toBe(0);
  });
});

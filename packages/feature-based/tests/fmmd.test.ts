import { isTransferError } from '@graft-ml/core';
import { MmdFeatureSelection } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { nearestAccuracy } from './support/measure.js';

/** Two classes in features 0 and 1; feature 2 jumps between domains, feature 3 spreads. */
function jumpingFeature() {
  const random = randomSource(31);
  const labels = Array.from({ length: 120 }, (_, i) => (i % 2 ? 'up' : 'down'));
  const rows = (jump: number, spread: number) =>
    labels.map((label) => [
      (label === 'up' ? 1.5 : -1.5) + random.normal(),
      (label === 'up' ? 1.5 : -1.5) + random.normal(),
      (label === 'up' ? jump : 0) + random.normal(),
      spread * random.normal(),
    ]);
  return { xs: rows(8, 1), xt: rows(-8, 6), labels };
}

describe('MmdFeatureSelection', () => {
  it('drops the feature that jumped and raises 1-NN accuracy from below 0.7 to above 0.8', async () => {
    const { xs, xt, labels } = jumpingFeature();
    const { problem, fitted } = await new MmdFeatureSelection().fit({
      source: { x: xs, y: labels },
      target: { x: xt },
    });
    expect(Array.from(fitted.kept)).toEqual([0, 1, 3]);
    expect(problem.target.features.names).toEqual(['f0', 'f1', 'f3']);
    expect(await nearestAccuracy(xs, labels, xt, labels)).toBeLessThan(0.7);
    const after = await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels);
    expect(after).toBeGreaterThan(0.8);
  });

  it('sees a change of spread with the quadratic kernel alone', async () => {
    const { xs, xt } = jumpingFeature();
    const without = (rows: number[][]) => {
      const kept = rows.map(([a, b, , d]) => [a!, b!, d!]);
      const mean = (j: number) => kept.reduce((sum, row) => sum + row[j]!, 0) / kept.length;
      const means = [mean(0), mean(1), mean(2)];
      return kept.map((row) => row.map((value, j) => value - means[j]!));
    };
    const input = { source: { x: without(xs) }, target: { x: without(xt) } };
    const quadratic = await new MmdFeatureSelection({ kernel: 'quadratic' }).fit(input);
    expect(Array.from(quadratic.fitted.kept)).toEqual([0, 1]);
    const linear = await new MmdFeatureSelection().fit(input);
    expect(Array.from(linear.fitted.kept)).toEqual([0, 1, 2]);
    expect(quadratic.fitted.diagnostics.converged).toBe(true);
  });

  it('keeps everything where nothing differs, also in another order of rows', async () => {
    const { xs } = jumpingFeature();
    for (const kernel of ['linear', 'quadratic'] as const) {
      const { fitted } = await new MmdFeatureSelection({ kernel }).fit({
        source: { x: xs },
        target: { x: xs.slice().reverse() },
      });
      expect(Array.from(fitted.kept)).toEqual([0, 1, 2, 3]);
      expect(Math.max(...fitted.scores)).toBe(0);
    }
  });

  it('counts source rows by their weights, and refuses a threshold that leaves nothing', async () => {
    const { xs, xt } = jumpingFeature();
    const weights = xs.map((_, i) => (i < 60 ? 1 : 0));
    for (const kernel of ['linear', 'quadratic'] as const) {
      const method = new MmdFeatureSelection({ kernel });
      const weighted = await method.fit({ source: { x: xs, weights }, target: { x: xt } });
      const half = await method.fit({ source: { x: xs.slice(0, 60) }, target: { x: xt } });
      weighted.fitted.scores.forEach((score, j) =>
        expect(score).toBeCloseTo(half.fitted.scores[j]!, 12),
      );
    }
    const method = new MmdFeatureSelection({ threshold: 0 });
    const fit = method.fit({ source: { x: xs }, target: { x: xt } });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
  });
});

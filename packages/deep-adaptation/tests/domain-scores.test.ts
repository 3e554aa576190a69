import { denseMatrix } from '@graft-ml/core';
import {
  AdversarialDiscriminativeAdaptation,
  DeepAdaptationNetwork,
} from '@graft-ml/deep-adaptation';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { domainScores, logisticCoefficients } from '../src/internal/domain-scores.js';
import { twoColumns } from './support/two-columns.js';

/** Normal rows around `centre`. */
function cloud(n: number, centre: number, seed: number) {
  const random = randomSource(seed);
  return denseMatrix(
    n,
    3,
    Float64Array.from({ length: 3 * n }, () => centre + random.normal()),
  );
}

interface Scores {
  readonly auc: number;
  readonly source: readonly number[];
  readonly target: readonly number[];
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('the scores of a domain classifier', () => {
  it('come from the logistic regression that it says', async () => {
    const x = cloud(60, 0, 1);
    const y = Array.from({ length: 60 }, (_, i) => Number(x.data[3 * i]! + Math.sin(i) > 0.2));
    const weights = Float64Array.from({ length: 60 }, (_, i) => 0.5 + (i % 3));
    const ours = logisticCoefficients(x, y, weights, 0.3);
    const model = await new LogisticRegression({ regularization: 0.3 }).fit({ x, y, weights });
    const margins = await model.scores(x);
    for (let i = 0; i < 60; i++) {
      const own = ours[3]! + [0, 1, 2].reduce((s, j) => s + ours[j]! * x.data[3 * i + j]!, 0);
      expect(own).toBeCloseTo(margins.data[i]!, 3);
    }
  });

  it('are near 0.5 for one distribution and 1 for two, whatever the number of rows', () => {
    const same = domainScores(cloud(300, 0, 1), cloud(60, 0, 2)) as unknown as Scores;
    expect(Math.abs(same.auc - 0.5)).toBeLessThan(0.1);
    // Domains count alike, so a classifier that knows nothing says one half to all of them.
    expect(sum(same.source.slice(8, 12)) / 300).toBeGreaterThan(0.8);
    const apart = domainScores(cloud(300, 0, 1), cloud(60, 5, 2)) as unknown as Scores;
    expect(apart.auc).toBe(1);
    expect([apart.source[0]! > 270, apart.target[19]! > 54]).toEqual([true, true]);
    expect([sum(apart.source), sum(apart.target)]).toEqual([300, 60]);
    expect(domainScores(cloud(9, 0, 1), cloud(60, 0, 2))).toBeUndefined();
  });
});

describe('domain scores before and after', () => {
  const { problem } = twoColumns('shifted', 5);
  const options = {
    epochs: 30,
    learningRate: 0.05,
    kernel: 'linear',
    adaptationWeight: 10,
  } as const;

  it('fall with confusion, and are left out where they are not wanted', async () => {
    const fit = (domainScores: boolean) =>
      new DeepAdaptationNetwork({ ...options, domainScores }).fit(problem, { seed: 1 });
    const [told, silent] = [await fit(true), await fit(false)];
    const { before, after } = told.diagnostics.facts!['domainScores'] as never as {
      before: Scores;
      after: Scores;
    };
    expect(before.auc).toBeGreaterThan(0.9);
    expect(after.auc).toBeLessThan(0.7);
    expect(silent.diagnostics.facts!['domainScores']).toBeUndefined();
    expect(silent.parts).toEqual(told.parts);
  });

  it('come with ADDA, which has both networks', async () => {
    const model = await new AdversarialDiscriminativeAdaptation({
      epochs: 20,
      adversarialRate: 1,
    }).fit(problem);
    const { before, after } = model.diagnostics.facts!['domainScores'] as never as {
      before: Scores;
      after: Scores;
    };
    expect(sum(before.source)).toBe(128);
    expect(after).not.toEqual(before);
  });
});

import { isTransferError } from '@graft-ml/core';
import { priorShift } from '@graft-ml/datasets';
import { EmPriorShift } from '@graft-ml/instance-based';
import { NearestCentroid } from '@graft-ml/learners';
import { mean } from './support/measure.js';
import { accuracyUnder, shareError } from './support/prior-shift.js';

describe('EmPriorShift', () => {
  it('finds a share of 0.9 within 0.023 on average and lifts the accuracy from 0.845 to 0.927 (20 seeds)', async () => {
    expect(await shareError(new EmPriorShift())).toBeLessThan(0.03);
    expect(await accuracyUnder()).toBeLessThan(0.86);
    expect(await accuracyUnder(new EmPriorShift())).toBeGreaterThan(0.92);
  });

  it('gives rows of one class one weight, of mean 1, and each source its own', async () => {
    const first = priorShift({ seed: 1 }).problem;
    const { source: second } = priorShift({ seed: 2, sourceShare: 0.8 }).problem;
    const { problem, fitted } = await new EmPriorShift().fit({
      sources: [first.source, second],
      target: first.target,
    });
    for (const { weights, y } of problem.sources) {
      expect(mean(weights!)).toBeCloseTo(1, 12);
      expect(new Set(Array.from(weights!, (weight, i) => `${y![i]} ${weight}`)).size).toBe(2);
    }
    expect(Array.from(fitted.sourcePriors[1]!)).toEqual([0.8, 0.2]);
    expect(Math.abs(fitted.targetPriors[1]![0]! - fitted.targetPriors[0]![0]!)).toBeLessThan(0.05);
  });

  it('counts source rows by their weights', async () => {
    const { problem } = priorShift({ seed: 1, nSource: 40 });
    const weights = Array.from(problem.source.y, (c) => (c === 0 ? 3 : 1));
    const { fitted } = await new EmPriorShift().fit({
      ...problem,
      source: { ...problem.source, weights },
    });
    expect(fitted.sourcePriors[0]![0]).toBeCloseTo(0.75, 12);
  });

  it('says why it ended, and warns where the iterations ran out', async () => {
    const { problem } = priorShift({ seed: 1 });
    const done = (await new EmPriorShift().fit(problem)).fitted.diagnostics;
    expect(done).toMatchObject({ converged: true, warnings: [] });
    const cut = (await new EmPriorShift({ maxIterations: 2 }).fit(problem)).fitted.diagnostics;
    expect(cut).toMatchObject({ iterations: 2, converged: false });
    expect(cut.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
  });

  it('refuses classifiers without probabilities', async () => {
    const strategy = new EmPriorShift({}, { classifier: new NearestCentroid() });
    const error = await strategy.fit(priorShift().problem).catch((e: unknown) => e);
    expect(isTransferError(error, 'UNSUPPORTED')).toBe(true);
  });
});

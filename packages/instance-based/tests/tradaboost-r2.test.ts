import { TrAdaBoostR2 } from '@graft-ml/instance-based';
import { RidgeRegression } from '@graft-ml/learners';
import { errorOf, onTargetOnly, partlyWrongSource } from './support/sources.js';

const ridge = new RidgeRegression();

describe('TrAdaBoostR2', () => {
  it('has an error of 0.38 with 30 % wrong source values, where target-only has 0.52 and source-only 1.34 (20 seeds)', async () => {
    const boosted = await errorOf(() => new TrAdaBoostR2(), 0.3);
    expect(boosted).toBeLessThan(0.4);
    expect(await errorOf(() => onTargetOnly(ridge), 0.3)).toBeGreaterThan(0.5);
    expect(await errorOf(() => ridge, 0.3)).toBeGreaterThan(1.2);
  });

  it('leaves wrong source rows less than half the weight of right ones', async () => {
    const { problem } = partlyWrongSource(1, 0.3);
    const { diagnostics } = await new TrAdaBoostR2().fit(problem);
    const weights = diagnostics.facts!['finalSourceWeights'] as number[];
    const sum = (from: number, to: number) => weights.slice(from, to).reduce((a, b) => a + b, 0);
    expect(sum(0, 60) / 60).toBeLessThan((0.5 * sum(60, 200)) / 140);
  });

  it('stops where a round fits exactly', async () => {
    const rows = { x: [[0], [1], [2]], y: [1.5, 1.5, 1.5] };
    const problem = {
      source: rows,
      target: { x: [[5]], labelled: rows },
      task: 'regression' as const,
    };
    const model = await new TrAdaBoostR2().fit(problem);
    expect(model.diagnostics).toMatchObject({ iterations: 1, stopReason: 'a round fits exactly' });
    expect((await model.predictEncoded([[9]]))[0]).toBeCloseTo(1.5, 12);
  });

  it('stops where the error reaches one half, and keeps the first model', async () => {
    const source = { x: [[0], [1]], y: [0.5, 0.5], weights: [1.999, 0.001] };
    const labelled = { x: [[0], [0], [0]], y: [9, 10, -9.5] };
    const model = await new TrAdaBoostR2().fit({
      source,
      target: { x: [[5]], labelled },
      task: 'regression',
    });
    expect(model.diagnostics.iterations).toBe(1);
    expect(model.diagnostics.stopReason).toContain('one half');
  });
});

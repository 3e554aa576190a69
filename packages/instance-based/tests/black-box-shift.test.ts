import { priorShift } from '@graft-ml/datasets';
import { BlackBoxShift } from '@graft-ml/instance-based';
import { LogisticRegression, NearestCentroid } from '@graft-ml/learners';
import { accuracyUnder, shareError } from './support/prior-shift.js';

describe('BlackBoxShift', () => {
  it('finds a share of 0.9 within 0.032 on average and lifts the accuracy from 0.845 to 0.925 (20 seeds)', async () => {
    expect(await shareError(new BlackBoxShift())).toBeLessThan(0.04);
    expect(await accuracyUnder(new BlackBoxShift())).toBeGreaterThan(0.92);
  });

  it('needs no probabilities, and uses them if asked to', async () => {
    const centroid = new BlackBoxShift({}, { learner: new NearestCentroid() });
    expect(await shareError(centroid)).toBeLessThan(0.04);
    expect(await shareError(new BlackBoxShift({ predictions: 'soft' }))).toBeLessThan(0.04);
  });

  it('warns where the learner confuses classes entirely, and leaves their weights alike', async () => {
    const source = { x: [[0], [0.1], [5], [5], [5.1], [5.1]], y: ['a', 'a', 'b', 'c', 'b', 'c'] };
    const target = { x: [[0], [0.1], [0], [5]] };
    const strategy = new BlackBoxShift({ nFolds: 1 }, { learner: new LogisticRegression() });
    const { fitted } = await strategy.fit({ source, target });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['NOT_IDENTIFIABLE']);
    const [a = 0, b = 0, c = 0] = fitted.targetPriors[0]!;
    expect(a).toBeGreaterThan(0.7);
    expect(b).toBeCloseTo(c, 6);
  });

  it('warns where a class loses all weight', async () => {
    const { problem } = priorShift({ seed: 1, sourceShare: 0.5, targetShare: 1, nTarget: 50 });
    const codes: string[] = [];
    for (let seed = 0; seed < 5; seed++) {
      const x = priorShift({ seed, targetShare: 1, nTarget: 50 }).problem.target.x;
      const { fitted } = await new BlackBoxShift().fit({
        ...problem,
        target: { x, featureNames: problem.target.featureNames },
      });
      codes.push(...fitted.diagnostics.warnings.map(({ code }) => code));
    }
    expect(codes).toContain('CLASS_MISSING');
  });
});

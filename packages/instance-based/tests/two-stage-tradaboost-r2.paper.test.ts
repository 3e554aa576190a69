import { toProblem } from '@graft-ml/core';
import { TwoStageTrAdaBoostR2 } from '@graft-ml/instance-based';
import { RidgeRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { mediansOf } from '../src/boosted-regression.js';
import { pooledRows } from '../src/internal/pooled-rows.js';
import { boostRegression, frozenUpdate } from '../src/internal/regression-boosting.js';
import { boostInTwoStages, shrinkSource } from '../src/internal/two-stages.js';
import { fact, problemOf } from './support/boosting.js';
import { largestGap } from './support/measure.js';

describe('the formulas of two-stage TrAdaBoost.R2', () => {
  it('shrink source weights by w·β^d so that the target gets its share', () => {
    const weights = Float64Array.of(0.2, 0.3, 0.1, 0.4);
    const gaps = Float64Array.of(0.5, 1, 0.1, 0.7);
    const beta = shrinkSource(weights, gaps, 3, 0.6);
    expect(weights[3]).toBeCloseTo(0.6, 12);
    const raw = [0.2 * beta ** 0.5, 0.3 * beta, 0.1 * beta ** 0.1];
    const sum = raw.reduce((a, b) => a + b) + 0.4;
    expect(
      largestGap(
        weights.subarray(0, 3),
        raw.map((value) => value / sum),
      ),
    ).toBeLessThan(1e-12);
  });

  it('leave no source weight where the target shall have all, but for rows fitted exactly', () => {
    const weights = Float64Array.of(0.3, 0.3, 0.4);
    expect(shrinkSource(weights, Float64Array.of(0, 1, 1), 2, 1)).toBe(0);
    expect(largestGap(weights, [3 / 7, 0, 4 / 7])).toBeLessThan(1e-12);
  });

  it('raise the share of the target from n/N to 1 in S − 1 equal steps', async () => {
    const source = { x: [[0], [1], [2], [3]], y: [0, 1.2, 1.8, -3] };
    const labelled = { x: [[0.5], [1.5], [2.5], [4]], y: [0.6, 1.4, 2.6, 4.2] };
    const problem = { source, target: { x: [[1]], labelled }, task: 'regression' as const };
    const { diagnostics } = await new TwoStageTrAdaBoostR2({ nSteps: 5, nFolds: 2 }).fit(problem);
    const shares = diagnostics.facts!['sourceShares'] as number[];
    expect(largestGap(shares, [0.5, 0.375, 0.25, 0.125, 0])).toBeLessThan(1e-9);
  });

  it('multiply target weights with βₜ^(1 − d) and leave source weights alone in stage 2', () => {
    const weights = Float64Array.of(0.5, 0.3, 0.2);
    frozenUpdate(1)(weights, Float64Array.of(0.9, 1, 0), 0.25);
    expect(largestGap(weights, [0.5, (0.5 * 0.3) / 0.35, (0.5 * 0.05) / 0.35])).toBeLessThan(1e-15);
  });
});

describeGolden('inst.twostage.r2', (golden) => {
  const problem = toProblem({ ...problemOf(golden), task: 'regression' });
  const rows = pooledRows('test', problem);
  const learner = new RidgeRegression();
  const common = { who: 'test', rows, learner, nRounds: 4, variant: 'adapt' } as const;
  const folds = Array.from({ length: 10 }, (_, i) => Math.floor(i / 2));

  it('gives the same cross-validation errors, factors, best step and predictions', async () => {
    const { best, ...stages } = await boostInTwoStages({ ...common, nSteps: 5, folds });
    expectGolden(golden, 'cvErrors', stages.cvErrors);
    expectGolden(golden, 'betas', stages.betas);
    expectGolden(golden, 'best', [stages.bestStep]);
    const voters = best.models.slice(best.firstVoter);
    const said = await Promise.all(voters.map((model) => model.predictEncoded(problem.target.x)));
    const votes = Float64Array.from(best.votes.slice(best.firstVoter));
    expectGolden(golden, 'predBest', mediansOf(said, votes, problem.target.x.rows));
  });

  it('gives the same predictions in the first step', async () => {
    const update = frozenUpdate(rows.nSource);
    const { weights } = rows;
    const inside = { ...common, update, judgedFrom: 0, voters: 'late', weights } as const;
    const { models, votes, firstVoter } = await boostRegression(inside);
    const said = await Promise.all(
      models.slice(firstVoter).map((model) => model.predictEncoded(problem.target.x)),
    );
    const medians = mediansOf(said, Float64Array.from(votes.slice(firstVoter)), said[0]!.length);
    const first = rowsOf(golden.outputs['predAll']!).map(([value = 0]) => value);
    expect(largestGap(medians, first)).toBeLessThan(1e-6);
  });

  it('is what the class does, but for the folds', async () => {
    const model = await new TwoStageTrAdaBoostR2({ nSteps: 5, nRounds: 4, variant: 'adapt' }).fit(
      problem,
    );
    expect(largestGap(fact(model, 'betas'), golden.outputs['betas']!.data)).toBeLessThan(1e-6);
    expect(fact(model, 'bestStep')).toEqual([4]);
    expectGolden(golden, 'predBest', await model.predictEncoded(problem.target.x));
  });
});

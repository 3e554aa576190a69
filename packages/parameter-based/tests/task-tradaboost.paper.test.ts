import { toProblem, labelledSources } from '@graft-ml/core';
import { DecisionTree } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { boostCandidates, reweigh, voteOf } from '../src/internal/boosting.js';
import { sourceCandidates, strongest, type Candidate } from '../src/internal/source-candidates.js';

describe('boosting over candidates', () => {
  const random = randomSource(4);
  const n = 40;
  const y = Float64Array.from({ length: n }, () => random.integer(2));
  const noisy = (share: number) => y.map((c) => (random.uniform() < share ? 1 - c : c));
  const uniform = () => new Float64Array(n).fill(1 / n);

  it('chooses a perfect candidate first and stops', () => {
    const result = boostCandidates([noisy(0.2), y, noisy(0.3)], y, uniform(), 2, 5);
    expect(result.selected).toEqual([1]);
    expect(result.stopReason).toBe('a candidate made no error');
  });

  it('turns a candidate round that is always wrong', () => {
    const result = boostCandidates([noisy(0.3), y.map((c) => 1 - c)], y, uniform(), 2, 5);
    expect(result.selected).toEqual([1]);
    expect(result.votes[0]).toBeLessThan(0);
  });

  it('keeps the training error below Π 2·√(e(1 − e))', () => {
    const candidates = Array.from({ length: 30 }, () => noisy(0.35));
    const { selected, votes, errors } = boostCandidates(candidates, y, uniform(), 2, 30);
    const score = y.map((_, i) =>
      selected.reduce((sum, k, t) => sum + votes[t]! * (candidates[k]![i] === 1 ? 1 : -1), 0),
    );
    const wrong = score.filter((s, i) => s > 0 !== (y[i] === 1)).length / n;
    const bound = errors.reduce((product, e) => product * 2 * Math.sqrt(e * (1 - e)), 1);
    expect(wrong).toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThan(0.5);
  });

  it('leaves the chosen candidate at chance under the new weights', () => {
    const [candidate, weights] = [noisy(0.3), uniform()];
    const error = candidate.reduce((sum, c, i) => sum + Number(c !== y[i]), 0) / n;
    reweigh(weights, candidate, y, voteOf(error, 2));
    const after = candidate.reduce((sum, c, i) => sum + (c === y[i] ? 0 : weights[i]!), 0);
    expect(after).toBeCloseTo(0.5, 12);
  });

  it('gives chance with C classes no vote', () => {
    for (const nClasses of [2, 3, 10])
      expect(voteOf(1 - 1 / nClasses, nClasses)).toBeCloseTo(0, 12);
  });
});

describeGolden('inst.tasktradaboost', (golden) => {
  it('gives the reference candidates, choices and scores', async () => {
    const { X1, y1, w1, X2, y2, w2, Xt, yt, wt, Z } = golden.inputs;
    const problem = toProblem({
      sources: [
        { x: rowsOf(X1!), y: y1!.data, weights: w1!.data },
        { x: rowsOf(X2!), y: y2!.data, weights: w2!.data },
      ],
      target: { x: rowsOf(Xt!) },
    });
    const learner = new DecisionTree({ maxDepth: 1 });
    const candidates: Candidate[] = [];
    for (const source of labelledSources(problem, 'test')) {
      candidates.push(...(await sourceCandidates(learner, source, 4)));
    }
    expectGolden(
      golden,
      'phase1Alphas',
      candidates.map(({ vote }) => vote),
    );
    const { kept, threshold } = strongest(candidates, 'median');
    expectGolden(golden, 'threshold', [threshold]);
    expectGolden(golden, 'kept', [kept.length]);

    const on = (rows: number[][]) =>
      Promise.all(kept.map(({ model }) => model.predictEncoded(rows)));
    const weights = Float64Array.from(wt!.data);
    const y = Float64Array.from(yt!.data);
    const { selected, votes, errors } = boostCandidates(await on(rowsOf(Xt!)), y, weights, 2, 4);
    expectGolden(golden, 'selected', selected);
    expectGolden(golden, 'signs', votes.map(Math.sign));
    expectGolden(golden, 'errors', errors);
    expectGolden(golden, 'alphas', votes.map(Math.abs));
    const predicted = await on(rowsOf(Z!));
    const score = predicted[0]!.map((_, i) =>
      selected.reduce((sum, k, t) => sum + votes[t]! * (2 * predicted[k]![i]! - 1), 0),
    );
    expectGolden(golden, 'score', score);
  });
});

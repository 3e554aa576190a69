import { toProblem } from '@graft-ml/core';
import { MultiSourceTrAdaBoost } from '@graft-ml/instance-based';
import { DecisionTree } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { boostSources } from '../src/internal/multi-source-boosting.js';
import { normalize, pooledRows } from '../src/internal/pooled-rows.js';
import { fact } from './support/boosting.js';
import { largestGap } from './support/measure.js';

const learner = new DecisionTree({ maxDepth: 1 });

describe('the formulas of MultiSourceTrAdaBoost', () => {
  it('are those of the comment in the first round', async () => {
    const good = { x: [[0], [1], [2], [3]], y: [0, 1, 1, 1] };
    const bad = { x: [[0], [1], [2], [3]], y: [1, 1, 0, 0] };
    const target = { x: [[0]], labelled: { x: [[0.4], [1.4], [1.6], [1.2]], y: [0, 0, 1, 1] } };
    const model = await new MultiSourceTrAdaBoost({ nRounds: 1 }, { learner }).fit({
      sources: [bad, good],
      target,
    });
    // With the good source the stump asks whether x ≤ 0.7: wrong about the target row at 1.4 alone.
    expect(fact(model, 'chosen')).toEqual([1]);
    expect(fact(model, 'errors')[0]).toBeCloseTo(1 / 4, 12);
    const rate = Math.log(3) / 2;
    expect(fact(model, 'rates')[0]).toBeCloseTo(rate, 12);
    const sourceRate = Math.log(1 + Math.sqrt(2 * Math.log(8))) / 2;
    expect(fact(model, 'sourceRate')[0]).toBeCloseTo(sourceRate, 12);
    const shrunk = Math.exp(-2 * sourceRate);
    const all = [shrunk, 1, shrunk, shrunk, 1, 1, 1, 1, 1, Math.exp(2 * rate), 1, 1];
    const sum = all.reduce((a, b) => a + b);
    const last = all.slice(8).map((value) => value / sum);
    expect(largestGap(fact(model, 'finalTargetWeights'), last)).toBeLessThan(1e-12);
  });
});

describeGolden('inst.mstradaboost', (golden) => {
  const problem = toProblem({
    sources: [1, 2, 3].map((k) => ({
      x: rowsOf(golden.inputs[`X${k}`]!),
      y: golden.inputs[`y${k}`]!.data,
    })),
    target: {
      x: rowsOf(golden.inputs['Z']!),
      labelled: { x: rowsOf(golden.inputs['Xt']!), y: golden.inputs['yt']!.data },
    },
  });

  it('chooses the same sources with the same errors, rates and weights', async () => {
    const weights = Float64Array.from(
      ['w1', 'w2', 'w3', 'wt'].flatMap((w) => golden.inputs[w]!.data),
    );
    normalize(weights);
    const rows = { ...pooledRows('test', problem), weights };
    const sourceRate = golden.outputs['alphaS']!.data[0]!;
    const common = { who: 'test', learner, nRounds: 5, sourceRate, updates: 'all' } as const;
    const { models, chosen, errors, rates, ...rest } = await boostSources({ ...common, rows });
    expectGolden(golden, 'chosen', chosen);
    expectGolden(golden, 'errors', errors);
    expectGolden(golden, 'alphas', rates);
    expectGolden(golden, 'sourceMass', rest.sourceShares.at(-1)!);
    expectGolden(golden, 'finalTargetWeights', rest.weights.subarray(rows.nSource));
    const score = new Float64Array(problem.target.x.rows);
    for (const [t, model] of models.entries()) {
      const predicted = await model.predictEncoded(problem.target.x);
      predicted.forEach((label, i) => (score[i]! += rates[t]! * (2 * label - 1)));
    }
    expectGolden(golden, 'score', score);
    expectGolden(
      golden,
      'pred',
      score.map((value) => (value >= 0 ? 1 : 0)),
    );
  });

  it('has the same rate for source rows', async () => {
    const model = await new MultiSourceTrAdaBoost({ nRounds: 5 }, { learner }).fit(problem);
    expectGolden(golden, 'alphaS', fact(model, 'sourceRate'));
  });
});

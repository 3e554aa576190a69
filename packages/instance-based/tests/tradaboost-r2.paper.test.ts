import { TrAdaBoostR2 } from '@graft-ml/instance-based';
import { RidgeRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { fact, problemOf } from './support/boosting.js';
import { largestGap } from './support/measure.js';

describe('the formulas of TrAdaBoost.R2', () => {
  it('are those of the comment in the first two rounds', async () => {
    const source = { x: [[0], [1], [2], [3]], y: [0, 1.2, 1.8, -3] };
    const labelled = { x: [[0.5], [1.5], [2.5]], y: [0.6, 1.4, 2.6] };
    const problem = { source, target: { x: [[1]], labelled }, task: 'regression' as const };
    const model = await new TrAdaBoostR2({ nRounds: 2 }).fit(problem);
    const all = { x: [...source.x, ...labelled.x], y: [...source.y, ...labelled.y] };
    const predicted = await (await new RidgeRegression().fit(all)).predictEncoded(all.x);
    const gaps = all.y.map((value, i) => Math.abs(value - predicted[i]!));
    const d = gaps.map((gap) => gap / Math.max(...gaps));
    const error = (d[4]! + d[5]! + d[6]!) / 3;
    const beta = 1 / (1 + Math.sqrt(Math.log(4)));
    const w = d.map((gap, i) => (i < 4 ? beta ** gap : (error / (1 - error)) ** -gap));
    const sum = w.reduce((a, b) => a + b);
    expect(fact(model, 'errors')[0]).toBeCloseTo(error, 12);
    expect(fact(model, 'votes')[0]).toBeCloseTo(Math.log((1 - error) / error), 12);
    const received = [...fact(model, 'finalSourceWeights'), ...fact(model, 'finalTargetWeights')];
    expect(
      largestGap(
        received,
        w.map((weight) => weight / sum),
      ),
    ).toBeLessThan(1e-12);
    expect(model.models).toHaveLength(2); // t = ⌈2/2⌉ … 2
  });
});

describe.each(['paper', 'adapt'] as const)('the variant of the %s', (variant) => {
  describeGolden(`inst.tradaboostr2.${variant}`, (golden) => {
    it('gives the same errors, votes, weights and predictions', async () => {
      const problem = { ...problemOf(golden), task: 'regression' as const };
      const model = await new TrAdaBoostR2({ nRounds: 8, variant }).fit(problem);
      expectGolden(golden, 'errors', fact(model, 'errors'));
      expectGolden(golden, 'estimatorWeights', fact(model, 'votes'));
      expectGolden(golden, 'lastSourceWeights', fact(model, 'finalSourceWeights'));
      expectGolden(golden, 'lastTargetWeights', fact(model, 'finalTargetWeights'));
      expectGolden(golden, 'pred', await model.predictEncoded(problem.target.x));
    });
  });
});

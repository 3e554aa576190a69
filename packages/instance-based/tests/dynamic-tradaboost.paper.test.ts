import { DynamicTrAdaBoost, TrAdaBoost } from '@graft-ml/instance-based';
import { DecisionTree } from '@graft-ml/learners';
import { fact } from './support/boosting.js';
import { largestGap } from './support/measure.js';

const learner = new DecisionTree({ maxDepth: 1 });
const problem = {
  source: { x: [[0], [1], [2], [3], [4]], y: [0, 0, 0, 1, 1] },
  target: { x: [[2]], labelled: { x: [[1], [2], [3], [4]], y: [0, 1, 1, 1] } },
};

describe('the formula of Dynamic-TrAdaBoost', () => {
  it('keeps the sum of source weights where all of them are right, which TrAdaBoost does not', async () => {
    const dynamic = await new DynamicTrAdaBoost({ nRounds: 2 }, { learner }).fit(problem);
    const plain = await new TrAdaBoost({ nRounds: 2 }, { learner }).fit(problem);
    expect(fact(dynamic, 'errors')[0]).toBeCloseTo(1 / 4, 12); // the row at 2
    expect(fact(dynamic, 'sourceShares')[1]).toBeCloseTo(5 / 9, 12);
    expect(fact(plain, 'sourceShares')[1]).toBeCloseTo(5 / 9 / (5 / 9 + (4 / 9) * 2 * (3 / 4)), 12);
  });

  it('multiplies source weights with 2·(1 − e)·β^[h ≠ y] in a round', async () => {
    const noisy = { ...problem, source: { ...problem.source, y: [0, 1, 0, 1, 1] } };
    const { diagnostics } = await new DynamicTrAdaBoost({ nRounds: 1 }, { learner }).fit(noisy);
    const facts = { diagnostics };
    const [error = 0, beta = 0] = [fact(facts, 'errors')[0], fact(facts, 'beta')[0]];
    const ratio = (1 - error) / error;
    // The stump asks whether x ≤ 2.5: it is wrong about the source row at 1 and the target row at 2.
    const source = [1, beta, 1, 1, 1].map((value) => 2 * (1 - error) * value);
    const all = [...source, 1, ratio, 1, 1];
    const sum = all.reduce((a, b) => a + b);
    const received = [...fact(facts, 'finalSourceWeights'), ...fact(facts, 'finalTargetWeights')];
    expect(beta).toBeCloseTo(1 / (1 + Math.sqrt(2 * Math.log(5))), 14);
    expect(
      largestGap(
        received,
        all.map((value) => value / sum),
      ),
    ).toBeLessThan(1e-12);
  });
});

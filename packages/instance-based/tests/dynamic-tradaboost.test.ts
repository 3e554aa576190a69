import { DynamicTrAdaBoost } from '@graft-ml/instance-based';
import { relatedSources } from '@graft-ml/datasets';
import { LogisticRegression } from '@graft-ml/learners';
import { fact } from './support/boosting.js';
import { accuracyOf, onTargetOnly } from './support/sources.js';

const learner = new LogisticRegression();
const options = { nLabelled: 20, angle: 20 };

describe('DynamicTrAdaBoost', () => {
  it('has 0.94 where target-only has 0.87, with related sources (20 seeds)', async () => {
    const boosted = await accuracyOf(() => new DynamicTrAdaBoost({}, { learner }), options, [
      'related',
    ]);
    const alone = await accuracyOf(() => onTargetOnly(learner), options);
    expect(boosted - alone).toBeGreaterThan(0.06);
  });

  it('keeps nine tenths of the weight on the source over 20 rounds', async () => {
    const { problem } = relatedSources({ seed: 2, nLabelled: 40 });
    const model = await new DynamicTrAdaBoost().fit(problem);
    expect(model.diagnostics.iterations).toBe(20);
    expect(fact(model, 'sourceShares').at(-1)).toBeGreaterThan(0.8);
  });

  it('follows flipped sources and says so', async () => {
    const { problem, relations } = relatedSources({ seed: 1, ...options });
    const sources = problem.sources.filter((_, k) => relations[k] === 'flipped');
    const { diagnostics } = await new DynamicTrAdaBoost().fit({ ...problem, sources });
    expect(diagnostics.warnings.map(({ code }) => code)).toEqual(['NO_LEARNER']);
  });
});

import { DeepAdaptationNetwork } from '@graft-ml/deep-adaptation';
import { Coral } from '@graft-ml/feature-based';
import { LogisticRegression } from '@graft-ml/learners';
import { Toolkit } from '@graft-ml/toolkit';
import { recipeForReport } from '../src/internal/recipe-for-report.js';

describe('a recipe whose report is drawn', () => {
  const toolkit = new Toolkit({ methods: [DeepAdaptationNetwork, Coral, LogisticRegression] });
  const learner = { use: 'logistic-regression' };

  it('tells how well domains are told apart, where the method can', () => {
    const steps = [{ use: 'coral' }, { use: 'deep-adaptation/dan', options: { epochs: 3 } }];
    expect(recipeForReport(toolkit, { name: 'both', steps, learner })).toEqual({
      name: 'both',
      steps: [
        { use: 'coral' },
        { use: 'deep-adaptation/dan', options: { domainScores: true, epochs: 3 } },
      ],
      learner,
    });
  });

  it('leaves what the user chose', () => {
    const chosen = { use: 'dan', options: { domainScores: false } };
    const recipe = { name: 'quiet', steps: [], learner: chosen };
    expect(recipeForReport(toolkit, recipe).learner).toEqual(chosen);
  });
});

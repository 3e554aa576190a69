import type { Estimator, Learner, ProblemStrategy } from '@graft-ml/core';
import { priorShift, type PriorShiftOptions } from '@graft-ml/datasets';
import type { FittedPriorShift } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { agreement, meanOverSeeds } from './measure.js';

/** Mean accuracy of logistic regression on 20 problems whose class shares go from 50/50 to 90/10, after a step if there is one. */
export function accuracyUnder(step?: ProblemStrategy): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation } = priorShift({ seed });
    const adapted = step ? (await step.fit(problem, { seed })).problem : problem;
    const model = await new LogisticRegression().fit(adapted);
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

/** The same of a method that makes a model. */
export function accuracyOfModel(method: Estimator | Learner): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation } = priorShift({ seed });
    const model = await method.fit(problem, { seed });
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

/** How far the estimated share of the frequent class is from the true 0.9, on average over the same problems. */
export function shareError(
  step: ProblemStrategy<FittedPriorShift>,
  options: PriorShiftOptions = {},
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { fitted } = await step.fit(priorShift({ seed, ...options }).problem, { seed });
    return Math.abs(fitted.targetPriors[0]![0]! - 0.9);
  });
}

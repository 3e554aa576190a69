import type { ProblemStrategy } from '@graft-ml/core';
import { relatedSources, type RelatedSourcesOptions } from '@graft-ml/datasets';
import { LogisticRegression } from '@graft-ml/learners';
import { agreement, meanOverSeeds } from './measure.js';

/** Mean target accuracy of logistic regression after a step, over 20 problems with five sources of which two are related. */
export function accuracyAfter(
  step: ProblemStrategy | undefined,
  options: RelatedSourcesOptions,
  keep: 'all' | 'related' = 'all',
): Promise<number> {
  return meanOverSeeds(async (seed) => {
    const { problem, evaluation, relations } = relatedSources({ ...options, seed });
    const sources = problem.sources.filter((_, k) => keep === 'all' || relations[k] === keep);
    const given = { ...problem, sources };
    const adapted = step ? (await step.fit(given, { seed })).problem : given;
    const model = await new LogisticRegression().fit(adapted);
    return agreement(await model.predictEncoded(problem.target.x), evaluation.y);
  });
}

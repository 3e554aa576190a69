import type { LabelledInput, LinearAlgebra } from '@graft-ml/core';
import {
  gridSearch,
  logLoss,
  type LogisticModel,
  LogisticRegression,
  type LogisticRegressionOptions,
  type Score,
} from '@graft-ml/learners';

/** λ to choose from. */
const penalties = [0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** The log loss is finer than a share of a few hundred rows, which many λ have in common. */
const likelihood: Score = ({ actual, probabilities }) => -logLoss(actual, probabilities!);

/** Logistic regression with the penalty that ten-fold cross-validation on the rows themselves finds best; `seed` deals the folds. */
export async function bestLogistic(
  rows: LabelledInput,
  linearAlgebra: LinearAlgebra,
  seed: number,
): Promise<{ readonly model: LogisticModel; readonly penalty: number }> {
  const learner = (options: LogisticRegressionOptions) =>
    new LogisticRegression(options, { linearAlgebra });
  const { best } = await gridSearch(
    learner,
    { regularization: penalties },
    rows,
    { folds: 10, score: likelihood },
    { seed },
  );
  return { model: await learner(best).fit(rows), penalty: best.regularization! };
}

import {
  type Learner,
  type LinearAlgebra,
  type Model,
  numberedFeatures,
  type RunOptions,
  type Task,
  type TrainingRows,
} from '@graft-ml/core';
import { LogisticRegression, RidgeRegression } from '@graft-ml/learners';

/** Trains a learner on encoded rows. */
export function fitLearner(
  learner: Learner,
  { task, x, y, weights }: TrainingRows,
  run?: RunOptions,
): Promise<Model> {
  const features = numberedFeatures(x.columns, 'feature');
  const source = { name: 'rows', features, x, task, y, ...(weights ? { weights } : {}) };
  const target = { name: 'rows', features, x, task };
  return learner.fit({ type: 'transfer-problem', sources: [source], target }, run);
}

/** What learns where no learner is handed in: logistic regression of classes, ridge regression of values. */
export function defaultLearner(
  task: Task,
  linearAlgebra: LinearAlgebra,
  intercept: boolean,
): Learner {
  return task.kind === 'classification'
    ? new LogisticRegression({ intercept }, { linearAlgebra })
    : new RidgeRegression({ intercept }, { linearAlgebra });
}

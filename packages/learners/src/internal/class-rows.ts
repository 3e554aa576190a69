import {
  type ClassificationTask,
  type LabelledInput,
  type ProblemInput,
  trainingRows,
  type TrainingRows,
} from '@graft-ml/core';

/** Training rows of a classification with the total weight of each class. */
export interface ClassRows extends TrainingRows {
  readonly task: ClassificationTask;
  readonly nClasses: number;
  /** [nClasses]. */
  readonly totals: Float64Array;
  /** Σ of {@link totals}. */
  readonly total: number;
}

/** The rows a classifier trains on; refuses fewer than `minClasses` classes with weight. */
export function classRows(
  who: string,
  data: ProblemInput | LabelledInput,
  minClasses = 1,
): ClassRows {
  const rows = trainingRows(who, data, ['classification'], minClasses);
  const { task, y, weights } = rows;
  const classes = task.kind === 'classification' ? task.classes : [];
  const totals = new Float64Array(classes.length);
  for (let i = 0; i < y.length; i++) totals[y[i]] += weights ? weights[i] : 1;
  const total = totals.reduce((sum, value) => sum + value, 0);
  return {
    ...rows,
    task: { kind: 'classification', classes },
    nClasses: classes.length,
    totals,
    total,
  };
}

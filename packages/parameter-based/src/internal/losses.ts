import { denseMatrix, type DenseMatrix, type Task } from '@graft-ml/core';
import { logSumExp } from '@graft-ml/numerics';

/** How many classes a task has; 0 for a regression. */
export function nClassesOf(task: Task): number {
  return task.kind === 'classification' ? task.classes.length : 0;
}

/** [rows, outputs]: +1 in the column of the row's class and −1 elsewhere; for two classes one column, +1 for the second. */
export function signTargets(y: Float64Array, nClasses: number): DenseMatrix {
  const outputs = nClasses === 2 ? 1 : nClasses;
  const targets = denseMatrix(y.length, outputs, new Float64Array(y.length * outputs).fill(-1));
  for (let i = 0; i < y.length; i++) {
    if (nClasses > 2) targets.data[i * outputs + y[i]] = 1;
    else targets.data[i] = 2 * y[i] - 1;
  }
  return targets;
}

/** Mean over the rows of Σ (score − target)². */
export function meanSquaredLoss(scores: DenseMatrix, targets: DenseMatrix): number {
  let sum = 0;
  for (let p = 0; p < scores.data.length; p++) sum += (scores.data[p] - targets.data[p]) ** 2;
  return sum / scores.rows;
}

/** Mean of −log p(class of the row): p by the logistic function where there is one column, else by softmax. */
export function meanLogLoss(scores: DenseMatrix, y: Float64Array): number {
  const { rows, columns, data } = scores;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    if (columns === 1) {
      const against = y[i] === 1 ? -data[i] : data[i];
      sum += Math.max(0, against) + Math.log1p(Math.exp(-Math.abs(against)));
      continue;
    }
    const row = data.subarray(i * columns, (i + 1) * columns);
    sum += logSumExp(row) - row[y[i]];
  }
  return sum / rows;
}

import { type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { checkEntries, tooFewRows } from '../internal/inputs.js';

export interface ContinualSummary {
  /** Mean over tasks after the last one. */
  readonly averageAccuracy: number;
  /** Mean over old tasks of (accuracy at the end − accuracy right after learning it); below 0 means forgetting. */
  readonly backwardTransfer: number;
  /** Mean over old tasks of (best accuracy before the end − accuracy at the end). */
  readonly forgetting: number;
  /** Mean over tasks but the first of (accuracy just before learning it − chance). */
  readonly forwardTransfer: number;
}

/** What learning one task after another does. Paper: lopezpaz2017gem; chaudhry2018 for forgetting.
 *
 * @param accuracies [tasks, tasks]: row i after learning task i, column j the accuracy on task j
 * @param chance accuracy of a model that has learned nothing
 */
export function summarizeContinual(accuracies: MatrixInput, chance: number): ContinualSummary {
  const who = 'summarizeContinual';
  const { rows: n, columns, data } = toDense(toMatrix(accuracies, who, 'accuracies'));
  checkEntries(columns, n, who, 'columns of "accuracies"');
  if (n < 2) throw tooFewRows(who, 'accuracies', 2, n);
  let averageAccuracy = 0;
  let backwardTransfer = 0;
  let forgetting = 0;
  let forwardTransfer = 0;
  for (let j = 0; j < n; j++) {
    const last = data[(n - 1) * n + j];
    averageAccuracy += last / n;
    if (j > 0) forwardTransfer += (data[(j - 1) * n + j] - chance) / (n - 1);
    if (j === n - 1) continue;
    backwardTransfer += (last - data[j * (n + 1)]) / (n - 1);
    let best = -Infinity;
    for (let i = 0; i < n - 1; i++) best = Math.max(best, data[i * n + j]);
    forgetting += (best - last) / (n - 1);
  }
  return { averageAccuracy, backwardTransfer, forgetting, forwardTransfer };
}

import { stratifiedKFold } from '@graft-ml/learners';
import { classIndices } from '../internal/inputs.js';

/** Labelled target rows in two parts, by position. */
export interface LabelSplit {
  /** For recipes that learn from target labels. */
  readonly learn: Int32Array;
  /** For the guard, which no recipe has seen. */
  readonly judge: Int32Array;
}

/** Splits labelled target rows so that no label both teaches and judges: two stratified halves, decided by `seed`.
 *
 * Give every recipe that learns from target labels the first part alone, and the guard what all of them say about the second.
 * Shapes    labels [n], class indices → positions in [0, n), ascending
 */
export function splitLabels(labels: ArrayLike<number>, seed = 0): LabelSplit {
  classIndices('splitLabels', labels, labels.length, 'labels');
  const folds = labels.length > 1 ? stratifiedKFold(labels, 2, seed) : Int32Array.of(0);
  const rows = (fold: number) =>
    Int32Array.from({ length: labels.length }, (_, i) => i).filter((i) => folds[i] === fold);
  return { learn: rows(0), judge: rows(1) };
}

import type { TaskKind } from '@graft-ml/core';
import { kFold, stratifiedKFold } from '@graft-ml/learners';
import { classIndices } from '../internal/inputs.js';

/** Labelled target rows in two parts, by position. */
export interface LabelSplit {
  /** For recipes that learn from target labels. */
  readonly learn: Int32Array;
  /** For the guard, which no recipe has seen. */
  readonly judge: Int32Array;
}

/** Splits labelled target rows so that no label both teaches and judges: two halves, decided by `seed`, of classes in proportion.
 *
 * Give every recipe that learns from target labels the first part alone, and the guard what all of them say about the second.
 * Shapes    labels [n], class indices or values → positions in [0, n), ascending
 */
export function splitLabels(
  labels: ArrayLike<number>,
  seed = 0,
  kind: TaskKind = 'classification',
): LabelSplit {
  if (kind === 'classification') classIndices('splitLabels', labels, labels.length, 'labels');
  const folds = foldsOf(labels, seed, kind);
  const rows = (fold: number) =>
    Int32Array.from({ length: labels.length }, (_, i) => i).filter((i) => folds[i] === fold);
  return { learn: rows(0), judge: rows(1) };
}

function foldsOf(labels: ArrayLike<number>, seed: number, kind: TaskKind): Int32Array {
  if (labels.length < 2) return new Int32Array(labels.length);
  return kind === 'classification'
    ? stratifiedKFold(labels, 2, seed)
    : kFold(labels.length, 2, seed);
}

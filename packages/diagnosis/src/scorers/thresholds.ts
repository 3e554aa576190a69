import type { MatrixInput } from '@graft-ml/core';
import { classIndices, probabilityRows } from '../internal/inputs.js';
import { confidences, predictedClasses } from './confidence.js';

/** A model's class probabilities on held-out source rows with their true classes, and on target rows. */
export interface ConfidenceRows {
  /** [nValidation, nClasses], on rows that the model was not fitted on. */
  readonly validation: MatrixInput;
  readonly validationLabels: ArrayLike<number>;
  /** [nTarget, nClasses]. */
  readonly target: MatrixInput;
}

/** Average thresholded confidence: the share of target rows above the confidence that as many validation rows exceed as are right.
 *
 * Estimates accuracy on the target. Holds where confidence means the same in both domains; a model that is confidently wrong
 * on the target is overrated. Paper: garg2022.
 */
export function averageThresholdedConfidence(rows: ConfidenceRows): number {
  const { source, target, accuracy } = prepared('averageThresholdedConfidence', rows);
  const ascending = Float64Array.from(source).sort();
  // So many validation rows lie below the threshold as are wrong.
  const wrong = Math.round((1 - accuracy) * source.length);
  if (wrong === 0)
    return target.reduce((n, p) => (p >= ascending[0] ? n + 1 : n), 0) / target.length;
  const threshold = ascending[wrong - 1];
  return target.reduce((n, p) => (p > threshold ? n + 1 : n), 0) / target.length;
}

/** Difference of confidences: accuracy on validation rows − (mean confidence there − mean confidence on the target), cut to [0, 1].
 *
 * Estimates accuracy on the target under the same condition as {@link averageThresholdedConfidence}. Paper: guillory2021.
 */
export function differenceOfConfidences(rows: ConfidenceRows): number {
  const { source, target, accuracy } = prepared('differenceOfConfidences', rows);
  const mean = (values: Float64Array) => values.reduce((sum, p) => sum + p, 0) / values.length;
  return Math.min(1, Math.max(0, accuracy - mean(source) + mean(target)));
}

function prepared(who: string, rows: ConfidenceRows) {
  const validation = probabilityRows(who, rows.validation, 'validation');
  const target = probabilityRows(who, rows.target, 'target');
  const labels = rows.validationLabels;
  classIndices(who, labels, validation.rows, 'validationLabels', validation.columns);
  const right = predictedClasses(validation).reduce((n, c, i) => (c === labels[i] ? n + 1 : n), 0);
  return {
    source: confidences(validation),
    target: confidences(target),
    accuracy: right / validation.rows,
  };
}

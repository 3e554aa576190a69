import type { MatrixInput } from '@graft-ml/core';
import { probabilityRows } from '../internal/inputs.js';
import { nearestSourceAgreement } from './clusters.js';
import { predictedClasses } from './confidence.js';
import {
  averageThresholdedConfidence,
  type ConfidenceRows,
  differenceOfConfidences,
} from './thresholds.js';

/** How views become an estimate, as data. */
export interface AccuracyRule {
  readonly weights: { readonly nearestSource: number; readonly confidences: number };
  /** Half the width of the 90 % interval. */
  readonly halfWidth: number;
}

/** The rule that `docs/benchmarks/guard.md` arrives at on its tuning half. */
export const defaultAccuracyRule: AccuracyRule = {
  weights: { nearestSource: 0.72, confidences: 0.18 },
  halfWidth: 0.2,
};

export interface AccuracyRows extends ConfidenceRows {
  /** Source rows with their classes and target rows, in the features that source-only learns from. */
  readonly source: { readonly x: MatrixInput; readonly y: ArrayLike<number> };
  readonly targetX: MatrixInput;
}

export interface AccuracyEstimate {
  readonly accuracy: number;
  /** 90 % interval over problems, not over rows: how far such estimates were off. */
  readonly low: number;
  readonly high: number;
  /** What each view says on its own; far apart, they leave the estimate in doubt. */
  readonly views: {
    /** {@link nearestSourceAgreement} of the predictions by three neighbours. */
    readonly nearestSource: number;
    /** {@link differenceOfConfidences}. */
    readonly confidences: number;
    /** {@link averageThresholdedConfidence}; shown, not weighed. */
    readonly thresholded: number;
  };
}

/** Accuracy on an unlabelled target, with an interval: a weighted sum of two views.
 *
 * Estimate    Σ weight · view, cut to [0, 1]; confidence-based views alone are 10 to 15 points too hopeful in the benchmark
 * Interval    estimate ± halfWidth, cut to [0, 1]
 * Assumes     what every view assumes; classes that changed places are not seen. Labels of a few target rows tell more.
 * Errors      SHAPE_MISMATCH, INVALID_DATA
 * Shapes      validation [nValidation, nClasses], target [nTarget, nClasses], targetX [nTarget, nFeatures]
 * Paper       garg2022, guillory2021 for the views; the rule is fitted on the tuning half of `docs/benchmarks/guard.md`.
 */
export function estimateAccuracy(
  rows: AccuracyRows,
  rule: AccuracyRule = defaultAccuracyRule,
): AccuracyEstimate {
  const who = 'estimateAccuracy';
  const target = probabilityRows(who, rows.target, 'target');
  const predicted = predictedClasses(target);
  const own = { x: rows.targetX, predicted };
  const views = {
    nearestSource: nearestSourceAgreement(rows.source, own, Math.min(3, rows.source.y.length)),
    confidences: differenceOfConfidences(rows),
    thresholded: averageThresholdedConfidence(rows),
  };
  return { ...estimateByViews(views, rule), views };
}

/** The rule on views that are known already. */
export function estimateByViews(
  views: { readonly nearestSource: number; readonly confidences: number },
  { weights, halfWidth }: AccuracyRule = defaultAccuracyRule,
): Omit<AccuracyEstimate, 'views'> {
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  const sum = weights.nearestSource * views.nearestSource + weights.confidences * views.confidences;
  const accuracy = cut(sum);
  return { accuracy, low: cut(accuracy - halfWidth), high: cut(accuracy + halfWidth) };
}

import { sameFeatureSpace, type TransferProblem } from '@graft-ml/core';
import type { Diagnosis } from '../diagnosis.js';

/** What the advisor asks about a problem; `'unknown'` wherever nobody looked or nothing could be seen. */
export interface Facts {
  readonly task: 'classification' | 'regression' | 'unknown';
  readonly features: 'same' | 'different' | 'unknown';
  readonly pairs: 'some' | 'none' | 'unknown';
  readonly sources: 'one' | 'many' | 'unknown';
  readonly sourceLabels: 'some' | 'none' | 'unknown';
  /** `'many'`: {@link Thresholds.manyLabelsPerClass} per class, or that many times ten for numbers. */
  readonly targetLabels: 'none' | 'few' | 'many' | 'unknown';
  /** P(X). `'not seen'`: tested, nothing found. */
  readonly marginal: 'differs' | 'not seen' | 'unknown';
  /** P(Y) by labels, or as the predictions of a source model suggest. */
  readonly prior: 'differs' | 'not seen' | 'unknown';
  /** P(Y|X); only target labels can show it. */
  readonly conditional: 'differs' | 'unknown';
  /** `'hardly any'`: a classifier tells the domains apart almost without error. */
  readonly overlap: 'much' | 'hardly any' | 'unknown';
}

/** Where counts and measures become words. */
export interface Thresholds {
  readonly manyLabelsPerClass: number;
  /** AUC of the domain classifier above which domains hardly overlap. */
  readonly separableAuc: number;
}

export const defaultThresholds: Thresholds = { manyLabelsPerClass: 50, separableAuc: 0.98 };

/** The facts that a problem and its diagnosis show. With several sources, those of the source nearest to the target. */
export function factsOf(
  problem: TransferProblem,
  diagnosis?: Diagnosis,
  thresholds: Thresholds = defaultThresholds,
): Facts {
  const { sources, target, pairs } = problem;
  const { task } = target;
  const nLabels = target.labelled?.y.length ?? 0;
  const kinds = task.kind === 'classification' ? Math.max(1, task.classes.length) : 10;
  const compared = (diagnosis?.sources ?? [])
    .filter(({ marginal }) => marginal)
    .sort((a, b) => (a.marginal?.classifier.auc ?? 1) - (b.marginal?.classifier.auc ?? 1));
  const near = compared[0] ?? diagnosis?.sources[0];
  const significance = diagnosis?.significance ?? 0;
  const test = near && near.prior.from !== 'nothing' ? near.prior.test : undefined;
  const separable = (near?.marginal?.classifier.auc ?? 0) > thresholds.separableAuc;
  return {
    task: task.kind,
    features: sources.some((source) => sameFeatureSpace(source.features, target.features))
      ? 'same'
      : 'different',
    pairs: pairs?.source.rows ? 'some' : 'none',
    sources: sources.length > 1 ? 'many' : 'one',
    sourceLabels: sources.some(({ y }) => y) ? 'some' : 'none',
    targetLabels:
      nLabels === 0 ? 'none' : nLabels >= thresholds.manyLabelsPerClass * kinds ? 'many' : 'few',
    marginal: near?.marginal
      ? near.marginal.answer === 'differs'
        ? 'differs'
        : 'not seen'
      : 'unknown',
    prior: test ? (test.pValue <= significance ? 'differs' : 'not seen') : 'unknown',
    conditional: near?.conditional.answer === 'differs' ? 'differs' : 'unknown',
    overlap: near?.marginal ? (separable ? 'hardly any' : 'much') : 'unknown',
  };
}

import { checkWeights } from '@graft-ml/core';
import { checkEntries, tooFewRows } from '../internal/inputs.js';

/** Losses of a model on held-out source rows, and the density ratio p_target/p_source of each. */
export interface WeightedLosses {
  /** 0 or 1 for mistakes, or any other loss [n]. */
  readonly losses: ArrayLike<number>;
  /** In any unit for {@link importanceWeightedRisk}; with mean near 1 for {@link deepEmbeddedValidation} [n]. */
  readonly weights: ArrayLike<number>;
}

/** Importance-weighted validation: Σ w·loss / Σ w, an estimate of the loss on the target. Paper: sugiyama2007.
 *
 * Right in the limit under covariate shift with source rows wherever the target has some. Cannot see a change of P(Y|X), and
 * with few large weights rests on a handful of rows. It judges the model on source rows: of an adapted model it sees only
 * how well the source is kept.
 */
export function importanceWeightedRisk({ losses, weights }: WeightedLosses): number {
  check('importanceWeightedRisk', losses, weights);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < losses.length; i++) {
    sum += weights[i] * losses[i];
    total += weights[i];
  }
  return sum / total;
}

/** Deep embedded validation: the importance-weighted risk with a control variate, mean(w·ℓ) + η·mean(w) − η.
 *
 * η = −cov(w·ℓ, w)/var(w) over n − 1, 0 where all weights are equal: takes out the part of the spread that comes from the
 * weights. Weights must be scaled so that their mean is 1 in expectation. Sees what {@link importanceWeightedRisk} sees.
 * Paper     you2019.
 */
export function deepEmbeddedValidation({ losses, weights }: WeightedLosses): {
  readonly risk: number;
  readonly eta: number;
} {
  const who = 'deepEmbeddedValidation';
  check(who, losses, weights);
  const n = losses.length;
  if (n < 2) throw tooFewRows(who, 'losses', 2, n);
  let meanWeight = 0;
  let meanProduct = 0;
  for (let i = 0; i < n; i++) {
    meanWeight += weights[i] / n;
    meanProduct += (weights[i] * losses[i]) / n;
  }
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    covariance += (weights[i] * losses[i] - meanProduct) * (weights[i] - meanWeight);
    variance += (weights[i] - meanWeight) ** 2;
  }
  const eta = variance > 0 ? -covariance / variance : 0;
  return { risk: meanProduct + eta * meanWeight - eta, eta };
}

function check(who: string, losses: ArrayLike<number>, weights: ArrayLike<number>): void {
  checkEntries(weights.length, losses.length, who, 'weights');
  if (losses.length === 0) throw tooFewRows(who, 'losses', 1, 0);
  checkWeights(weights, losses.length, who, 'weights');
}

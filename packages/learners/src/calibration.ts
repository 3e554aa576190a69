import { evaluateCurve, fitIsotonicCurve, type IsotonicCurve } from '@graft-ml/numerics';
import { checkSize } from './internal/check.js';

/** p(positive | score) = 1 / (1 + exp(slope·score + intercept)). */
export interface PlattCurve {
  readonly slope: number;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Fits a sigmoid that turns scores into probabilities.
 *
 * Solves    min_{A,B} −Σ wᵢ·(tᵢ·log pᵢ + (1 − tᵢ)·log(1 − pᵢ)),  pᵢ = 1 / (1 + exp(A·sᵢ + B))
 * where     t = (W₊ + 1) / (W₊ + 2) for positive rows and 1 / (W₋ + 2) for others, W± their total weights: no probability becomes 0 or 1
 * by        Newton's method with backtracking
 * Paper     platt1999, as repaired by lin2007.
 *
 * @param positive 1 for positive rows, 0 for others
 */
export function fitPlatt(
  scores: ArrayLike<number>,
  positive: ArrayLike<number>,
  weights?: ArrayLike<number>,
): PlattCurve {
  checkSize(positive, scores.length, 'fitPlatt', 'positive');
  if (weights) checkSize(weights, scores.length, 'fitPlatt', 'weights');
  const { above, below, high, low } = plattTargets(positive, weights);
  const rows = { scores, positive, weights, high, low };
  let slope = 0;
  let intercept = Math.log((below + 1) / (above + 1));
  let value = plattLoss(rows, slope, intercept);
  for (let iterations = 0; iterations < 100; iterations++) {
    const { g1, g2, h11, h12, h22 } = plattDerivatives(rows, slope, intercept);
    if (Math.abs(g1) < 1e-10 * (above + below) && Math.abs(g2) < 1e-10 * (above + below)) {
      return { slope, intercept, iterations, converged: true };
    }
    const determinant = h11 * h22 - h12 * h12;
    const stepSlope = -(h22 * g1 - h12 * g2) / determinant;
    const stepIntercept = -(h11 * g2 - h12 * g1) / determinant;
    const descent = g1 * stepSlope + g2 * stepIntercept;
    let length = 1;
    let next = plattLoss(rows, slope + stepSlope, intercept + stepIntercept);
    while (next >= value + 1e-4 * length * descent && length > 1e-10) {
      length /= 2;
      next = plattLoss(rows, slope + length * stepSlope, intercept + length * stepIntercept);
    }
    if (length <= 1e-10) return { slope, intercept, iterations, converged: true };
    slope += length * stepSlope;
    intercept += length * stepIntercept;
    value = next;
  }
  return { slope, intercept, iterations: 100, converged: false };
}

/** What positive and other rows count as: a prior that has seen one row of each kind. `above` and `below` are their total weights. */
export function plattTargets(
  positive: ArrayLike<number>,
  weights?: ArrayLike<number>,
): { readonly above: number; readonly below: number; readonly high: number; readonly low: number } {
  let above = 0;
  let below = 0;
  for (let i = 0; i < positive.length; i++) {
    if (positive[i] === 1) above += weights ? weights[i] : 1;
    else below += weights ? weights[i] : 1;
  }
  return { above, below, high: (above + 1) / (above + 2), low: 1 / (below + 2) };
}

/** The probability that a {@link PlattCurve} gives a score. */
export function plattProbability(
  { slope, intercept }: Pick<PlattCurve, 'slope' | 'intercept'>,
  score: number,
): number {
  return 1 / (1 + Math.exp(slope * score + intercept));
}

/** Fits a non-decreasing curve of shares of positive rows over scores; read it with {@link isotonicProbability}. Paper: zadrozny2002.
 *
 * @param positive 1 for positive rows, 0 for others, or anything between
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  positive: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicCurve {
  checkSize(positive, scores.length, 'fitIsotonic', 'positive');
  return fitIsotonicCurve(scores, positive, weights);
}

/** The probability that an isotonic curve gives a score: straight lines between its points, constant beyond them. */
export function isotonicProbability(curve: IsotonicCurve, score: number): number {
  return Math.min(1, Math.max(0, evaluateCurve(curve, score)));
}

interface PlattRows {
  readonly scores: ArrayLike<number>;
  readonly positive: ArrayLike<number>;
  readonly weights: ArrayLike<number> | undefined;
  readonly high: number;
  readonly low: number;
}

function plattLoss(rows: PlattRows, slope: number, intercept: number): number {
  const { scores, positive, weights, high, low } = rows;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const f = slope * scores[i] + intercept;
    const t = positive[i] === 1 ? high : low;
    const loss = f >= 0 ? t * f + Math.log1p(Math.exp(-f)) : (t - 1) * f + Math.log1p(Math.exp(f));
    sum += (weights ? weights[i] : 1) * loss;
  }
  return sum;
}

function plattDerivatives(
  rows: PlattRows,
  slope: number,
  intercept: number,
): { g1: number; g2: number; h11: number; h12: number; h22: number } {
  const { scores, positive, weights, high, low } = rows;
  // A little curvature where there is none, so that Newton's system can be solved.
  const sums = { g1: 0, g2: 0, h11: 1e-12, h12: 0, h22: 1e-12 };
  for (let i = 0; i < scores.length; i++) {
    const weight = weights ? weights[i] : 1;
    const p = 1 / (1 + Math.exp(slope * scores[i] + intercept));
    const gap = weight * ((positive[i] === 1 ? high : low) - p);
    const curvature = weight * p * (1 - p);
    sums.g1 += scores[i] * gap;
    sums.g2 += gap;
    sums.h11 += scores[i] * scores[i] * curvature;
    sums.h12 += scores[i] * curvature;
    sums.h22 += curvature;
  }
  return sums;
}

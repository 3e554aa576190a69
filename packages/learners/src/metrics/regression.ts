import { checkNotEmpty, checkSize } from '../internal/check.js';
import type { MetricOptions } from './classification.js';

/** Mean squared error: Σ wᵢ·(aᵢ − pᵢ)² / Σ wᵢ, in squared units of the target. */
export function meanSquaredError(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  return meanOf('meanSquaredError', actual, predicted, weights, (gap) => gap * gap);
}

/** Square root of {@link meanSquaredError}, in units of the target. */
export function rootMeanSquaredError(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  return Math.sqrt(meanOf('rootMeanSquaredError', actual, predicted, weights, (gap) => gap * gap));
}

/** Mean absolute error: Σ wᵢ·|aᵢ − pᵢ| / Σ wᵢ, in units of the target. */
export function meanAbsoluteError(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  return meanOf('meanAbsoluteError', actual, predicted, weights, Math.abs);
}

/** Coefficient of determination: 1 − Σ w(a − p)² / Σ w(a − ā)². At most 1; 0 for always saying the mean; where `actual` is constant, 1 for exact predictions and 0 otherwise. */
export function r2(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  const error = meanOf('r2', actual, predicted, weights, (gap) => gap * gap);
  let mean = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    if (weight > 0) mean += ((actual[i] - mean) * weight) / total;
  }
  let spread = 0;
  for (let i = 0; i < actual.length; i++) {
    spread += ((weights ? weights[i] : 1) / total) * (actual[i] - mean) ** 2;
  }
  if (spread === 0) return error === 0 ? 1 : 0;
  return 1 - error / spread;
}

function meanOf(
  who: string,
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  cost: (gap: number) => number,
): number {
  checkNotEmpty(actual, who, 'actual');
  checkSize(predicted, actual.length, who, 'predicted');
  if (weights) checkSize(weights, actual.length, who, 'weights');
  let sum = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * cost(actual[i] - predicted[i]);
    total += weight;
  }
  return sum / total;
}

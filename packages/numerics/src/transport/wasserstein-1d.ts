import { TransferError } from '@graft-ml/core';
import { checkNotEmpty } from './check-size.js';
import { checkWeights } from './checks.js';

export interface LineTransportOptions {
  /** Weight of each source value, not negative; only ratios count. Default equal. */
  readonly sourceWeights?: Float64Array;
  /** Weight of each target value, likewise. */
  readonly targetWeights?: Float64Array;
  /** The power p of the distance, from 1. Default 1; larger ones look more at the values moved
   * farthest. */
  readonly power?: number;
}

/** Wasserstein distance of two samples of one number each.
 *
 * Computes  W_p = (∫₀¹ |F⁻¹(t) − G⁻¹(t)|ᵖ dt)^(1/p)   with the quantile functions F⁻¹, G⁻¹ of the
 *           weighted samples
 * Method    sorts both sides and walks along the steps of both at once: O(n log n + m log m), exact
 * Errors    SHAPE_MISMATCH for no values, INVALID_DATA for values that are not finite or weights
 *           that are negative, INVALID_OPTION for a power below 1
 * Paper     peyre2019, sec. 2.6
 * @example wassersteinDistance1d([0, 1], [1, 2]); // 1
 */
export function wassersteinDistance1d(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  options: LineTransportOptions = {},
): number {
  const who = 'wassersteinDistance1d';
  const { sourceWeights, targetWeights, power = 1 } = options;
  checkPower(power, who);
  checkValues(source, 'source', who);
  checkValues(target, 'target', who);
  const x = sortedSample(source, checkWeights(sourceWeights, source.length, 'sourceWeights', who));
  const y = sortedSample(target, checkWeights(targetWeights, target.length, 'targetWeights', who));
  return sortedDistance(x, y, power);
}

/** Values in ascending order and the shares of the mass they carry. */
export interface SortedSample {
  readonly values: Float64Array;
  readonly shares: Float64Array;
}

/** A sample in ascending order, with weights scaled to sum 1. */
export function sortedSample(values: ArrayLike<number>, weights: Float64Array): SortedSample {
  let total = 0;
  let equal = true;
  for (const weight of weights) {
    total += weight;
    equal &&= weight === weights[0];
  }
  if (equal) {
    const shares = new Float64Array(weights.length).fill(1 / weights.length);
    return { values: Float64Array.from(values).sort(), shares };
  }
  const order = Uint32Array.from(weights.keys()).sort((a, b) => values[a] - values[b]);
  return {
    values: Float64Array.from(order, (i) => values[i]),
    shares: Float64Array.from(order, (i) => weights[i] / total),
  };
}

/** W_p of two sorted samples. */
export function sortedDistance(x: SortedSample, y: SortedSample, power: number): number {
  const n = x.values.length;
  const m = y.values.length;
  // Distances enter the power relative to the largest, which keeps it from overflow.
  const largest = Math.max(
    Math.abs(x.values[0] - y.values[m - 1]),
    Math.abs(x.values[n - 1] - y.values[0]),
  );
  if (largest === 0) return 0;
  let left = x.shares[0];
  let wanted = y.shares[0];
  let sum = 0;
  for (let i = 0, j = 0; i < n && j < m;) {
    const mass = Math.min(left, wanted);
    const distance = Math.abs(x.values[i] - y.values[j]) / largest;
    sum += mass * (power === 1 ? distance : power === 2 ? distance * distance : distance ** power);
    left -= mass;
    wanted -= mass;
    if (left === 0) left = x.shares[++i];
    if (wanted === 0) wanted = y.shares[++j];
  }
  return largest * sum ** (1 / power);
}

/** Throws `INVALID_OPTION` unless the power is a number from 1. */
export function checkPower(power: number, who: string): void {
  if (power >= 1 && power < Infinity) return;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"power" must be a number in [1, ∞); received ${power}.`,
    details: { option: 'power', received: power },
  });
}

function checkValues(values: ArrayLike<number>, argument: string, who: string): void {
  checkNotEmpty(values.length, argument, who);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" must hold finite numbers; number ${i} is ${values[i]}.`,
      details: { argument, reason: 'non-finite', firstIndex: i },
    });
  }
}

import { quantile, randomSource } from '@graft-ml/numerics';
import { checkEntries, checkOption, tooFewRows } from '../internal/inputs.js';

/** Out-of-fold predictions for labelled target rows: every row by models that have not learned from it. */
export interface GateRows {
  /** Values, or 0 and 1 for the absence and presence of a class [n]. */
  readonly labels: ArrayLike<number>;
  /** By models of the other labelled target rows alone [n]. */
  readonly targetOnly: ArrayLike<number>;
  /** By models that the source has taught, too [n]. */
  readonly transfer: ArrayLike<number>;
}

export interface GateDecision {
  /** Share of the transferred model in the mix: 0 target-only, 1 transfer. */
  readonly share: number;
  /** Mean squared errors on the labelled rows: of target-only, of transfer, of the mix. */
  readonly errors: { readonly targetOnly: number; readonly transfer: number; readonly mix: number };
  /** Standard error of the difference between the best mix and target-only. */
  readonly standardError: number;
}

/** The gate where target labels exist: how much of a transferred model to mix with one of the target alone.
 *
 * Mixes      p_λ = (1 − λ)·targetOnly + λ·transfer for λ = 0, 0.1, …, 1, judged by mean squared error
 * Rule       the smallest λ whose error is within one standard error of the least: target-only unless transfer is clearly
 *            better; the standard error is that of the paired differences to the best mix
 * Assumes    predictions are out of fold: a model judges no row that taught it. Tiny samples leave it at target-only
 * Shapes     [n], n ≥ 3. Errors: INVALID_DATA, SHAPE_MISMATCH
 * Paper      breiman1984 for the one-standard-error rule.
 */
export function labelGate({ labels, targetOnly, transfer }: GateRows): GateDecision {
  const who = 'labelGate';
  const n = labels.length;
  if (n < 3) throw tooFewRows(who, 'labels', 3, n);
  checkEntries(targetOnly.length, n, who, 'entries of "targetOnly"');
  checkEntries(transfer.length, n, who, 'entries of "transfer"');
  const losses = Array.from({ length: 11 }, (_, k) => {
    const share = k / 10;
    return Float64Array.from({ length: n }, (__, i) => {
      const mixed = (1 - share) * targetOnly[i] + share * transfer[i];
      return (labels[i] - mixed) ** 2;
    });
  });
  const means = losses.map(meanOf);
  const best = means.indexOf(Math.min(...means));
  const within = losses.findIndex((loss, k) => {
    return means[k] - means[best] <= errorOfMean(differences(loss, losses[best]));
  });
  return {
    share: within / 10,
    errors: { targetOnly: means[0], transfer: means[10], mix: means[within] },
    standardError: errorOfMean(differences(losses[0], losses[best])),
  };
}

export interface TransferGap {
  /** Mean loss with the source − mean loss without: above 0 the source harms. */
  readonly gap: number;
  /** 95 % bootstrap interval over rows, paired. */
  readonly low: number;
  readonly high: number;
}

/** The negative transfer gap: what a source costs, err(with source) − err(without), on the same target rows.
 *
 * Only labels show it: without them harm cannot be measured, see {@link guard} for what can be done then.
 * @param withSource losses per target row of the model that the source has taught, too [n]
 * @param without losses of the model of the target alone [n]
 */
export function negativeTransferGap(
  withSource: ArrayLike<number>,
  without: ArrayLike<number>,
  { nResamples = 200, seed = 0 }: { readonly nResamples?: number; readonly seed?: number } = {},
): TransferGap {
  const who = 'negativeTransferGap';
  const n = withSource.length;
  if (n < 2) throw tooFewRows(who, 'withSource', 2, n);
  checkEntries(without.length, n, who, 'entries of "without"');
  const whole = Number.isInteger(nResamples) && nResamples >= 20;
  checkOption(who, 'nResamples', nResamples, 'a whole number ≥ 20', whole);
  const gaps = differences(withSource, without);
  const random = randomSource(seed).stream('gap');
  const means = Array.from({ length: nResamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += gaps[random.integer(n)];
    return sum / n;
  });
  return { gap: meanOf(gaps), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => a[i] - b[i]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation (n − 1) over √n. */
function errorOfMean(values: Float64Array): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

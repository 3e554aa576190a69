import { TransferError } from '@graft-ml/core';
import { checkNotEmpty, checkSize } from '../internal/check.js';
import type { MetricOptions } from './classification.js';

/** Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half.
 *
 * In [0, 1]; 0.5 for guessing. O(n log n).
 * Errors: `INVALID_DATA` where positives or negatives are missing.
 *
 * @param actual 1 for positive rows, 0 for negative ones
 * @param scores larger means more positive
 */
export function rocAuc(
  actual: ArrayLike<number>,
  scores: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  const order = ranked('rocAuc', actual, scores, weights);
  let positives = 0;
  let negatives = 0;
  let area = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++) {
      const weight = weights ? weights[order[to]] : 1;
      if (actual[order[to]] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    area += tiedNegatives * (positives + tiedPositives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    from = to;
  }
  if (positives === 0 || negatives === 0) throw oneSided('rocAuc');
  return area / (positives * negatives);
}

/** Average precision: Σ (recallₖ − recallₖ₋₁)·precisionₖ down the ranking, tied rows taken together. In [0, 1]. */
export function averagePrecision(
  actual: ArrayLike<number>,
  scores: ArrayLike<number>,
  { weights }: MetricOptions = {},
): number {
  const order = ranked('averagePrecision', actual, scores, weights);
  let positives = 0;
  let seen = 0;
  let sum = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tied = 0;
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++) {
      const weight = weights ? weights[order[to]] : 1;
      seen += weight;
      if (actual[order[to]] === 1) tied += weight;
    }
    positives += tied;
    if (seen > 0) sum += (tied * positives) / seen;
    from = to;
  }
  if (positives === 0) throw oneSided('averagePrecision');
  return sum / positives;
}

/** Row numbers by descending score. */
function ranked(
  who: string,
  actual: ArrayLike<number>,
  scores: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): Int32Array {
  checkNotEmpty(actual, who, 'actual');
  checkSize(scores, actual.length, who, 'scores');
  if (weights) checkSize(weights, actual.length, who, 'weights');
  return Int32Array.from({ length: actual.length }, (_, i) => i).sort(
    (a, b) => scores[b] - scores[a],
  );
}

function oneSided(who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: 'needs positive rows (1) and negative rows (0) with some weight on each side.',
    details: { argument: 'actual', reason: 'one-class' },
  });
}

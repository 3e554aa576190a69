import {
  type DenseMatrix,
  type MatrixInput,
  toDense,
  toMatrix,
  TransferError,
} from '@graft-ml/core';
import { checkNotEmpty, checkSize, checkWhole } from '../internal/check.js';
import type { MetricOptions } from './classification.js';
import { rocAuc } from './ranking.js';

/** Mean of −log p(actual class). ≥ 0, smaller is better. A probability of 0 for the true class counts as 2⁻⁵², so one sure mistake costs 36, not ∞.
 *
 * @param actual class indices, one per row
 * @param probabilities [rows, classes]
 */
export function logLoss(
  actual: ArrayLike<number>,
  probabilities: MatrixInput,
  { weights }: MetricOptions = {},
): number {
  const { data, columns } = checked('logLoss', actual, probabilities, weights);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    const p = data[i * columns + actual[i]];
    sum -= weight * Math.log(Math.max(p, Number.EPSILON));
    total += weight;
  }
  return sum / total;
}

/** Brier score: mean of Σ_c (p_c − [c = actual])². In [0, 2], smaller is better; for two classes twice the one-column form. Paper: brier1950. */
export function brier(
  actual: ArrayLike<number>,
  probabilities: MatrixInput,
  { weights }: MetricOptions = {},
): number {
  const { data, columns } = checked('brier', actual, probabilities, weights);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    let row = 0;
    for (let c = 0; c < columns; c++) {
      const gap = data[i * columns + c] - (c === actual[i] ? 1 : 0);
      row += gap * gap;
    }
    sum += weight * row;
    total += weight;
  }
  return sum / total;
}

/** Expected calibration error: rows are put into `nBins` equal bins by their largest probability; the mean, by weight, of
 * |accuracy − mean probability| over bins. In [0, 1], smaller is better. Paper: naeini2015.
 */
export function calibrationError(
  actual: ArrayLike<number>,
  probabilities: MatrixInput,
  { weights, nBins = 10 }: MetricOptions & { readonly nBins?: number } = {},
): number {
  const { data, columns } = checked('calibrationError', actual, probabilities, weights);
  checkWhole(nBins, 1, 1e6, 'calibrationError', 'nBins');
  const gaps = new Float64Array(nBins);
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    let best = 0;
    for (let c = 1; c < columns; c++) {
      if (data[i * columns + c] > data[i * columns + best]) best = c;
    }
    const p = data[i * columns + best];
    const bin = Math.min(nBins - 1, Math.floor(p * nBins));
    gaps[bin] += weight * ((best === actual[i] ? 1 : 0) - p);
    total += weight;
  }
  let sum = 0;
  for (const gap of gaps) sum += Math.abs(gap);
  return sum / total;
}

/** Mean area under the ROC curve over all ordered pairs of classes (j, k): rocAuc of the probability of j among rows of j and k.
 *
 * In [0, 1]; 0.5 for guessing. Classes count alike, whatever their shares; one that carries no weight is left out.
 * Errors: `INVALID_DATA` where fewer than two classes carry weight. Paper: hand2001 (their M).
 */
export function meanRocAuc(
  actual: ArrayLike<number>,
  probabilities: MatrixInput,
  { weights }: MetricOptions = {},
): number {
  const { data, columns } = checked('meanRocAuc', actual, probabilities, weights);
  const members: number[][] = Array.from({ length: columns }, () => []);
  for (let i = 0; i < actual.length; i++) {
    if (!weights || weights[i] > 0) members[actual[i]].push(i);
  }
  const present = members.flatMap((own, c) => (own.length > 0 ? [c] : []));
  if (present.length < 2) throw oneClass();
  let sum = 0;
  for (const j of present) {
    for (const k of present) {
      if (j === k) continue;
      const rows = [...members[j], ...members[k]];
      sum += rocAuc(
        rows.map((i) => (actual[i] === j ? 1 : 0)),
        rows.map((i) => data[i * columns + j]),
        weights ? { weights: rows.map((i) => weights[i]) } : {},
      );
    }
  }
  return sum / (present.length * (present.length - 1));
}

function oneClass(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'meanRocAuc',
    message: 'needs rows of at least two classes that carry weight.',
    details: { argument: 'actual', reason: 'one-class' },
  });
}

function checked(
  who: string,
  actual: ArrayLike<number>,
  probabilities: MatrixInput,
  weights: ArrayLike<number> | undefined,
): DenseMatrix {
  checkNotEmpty(actual, who, 'actual');
  const matrix = toDense(toMatrix(probabilities, who, 'probabilities'));
  checkSize(actual, matrix.rows, who, 'actual');
  if (weights) checkSize(weights, matrix.rows, who, 'weights');
  for (let i = 0; i < actual.length; i++) {
    if (Number.isInteger(actual[i]) && actual[i] >= 0 && actual[i] < matrix.columns) continue;
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"actual" must hold class indices below ${matrix.columns}; row ${i} is ${actual[i]}.`,
      details: { argument: 'actual', row: i, received: actual[i] },
    });
  }
  return matrix;
}

import { denseMatrix } from '@graft-ml/core';
import {
  nonNegativeLeastSquares,
  quantile,
  randomSource,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { checkOption, classIndices, tooFewRows } from '../internal/inputs.js';
import { chiSquareTest } from './counts.js';
import type { ShiftTest } from './test-result.js';

/** Classes a model predicts for held-out source rows, their true classes, and what it predicts for target rows. */
export interface BlackBoxRows {
  readonly nClasses: number;
  /** Predicted for source rows that the model was not fitted on. */
  readonly validation: ArrayLike<number>;
  /** Their true classes. */
  readonly validationLabels: ArrayLike<number>;
  /** Predicted for target rows. */
  readonly target: ArrayLike<number>;
}

/** Black-box shift detection: does the model predict the classes in other shares on the target?
 *
 * Chi-square on the counts of predicted classes, effect Cramér's V. With equal p(x|y) it fires exactly for a change of the
 * class shares that the model can see; any other shift that moves predictions fires it too. Paper: lipton2018.
 */
export function blackBoxShiftTest({
  nClasses,
  validation,
  target,
}: Omit<BlackBoxRows, 'validationLabels'>): ShiftTest {
  const who = 'blackBoxShiftTest';
  classIndices(who, validation, validation.length, 'validation', nClasses);
  classIndices(who, target, target.length, 'target', nClasses);
  const test = chiSquareTest([countsOf(validation, nClasses), countsOf(target, nClasses)]);
  return { ...test, test: 'black-box shift' };
}

export interface LabelShiftOptions {
  /** Share of intervals that hold the true value; in (0, 1), default 0.95. */
  readonly coverage?: number;
  /** Bootstrap draws, a whole number ≥ 20, default 200. */
  readonly nResamples?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface LabelShiftEstimate {
  /** Class shares in the source, from the validation labels. */
  readonly source: Float64Array;
  /** Estimated class shares in the target. */
  readonly target: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** target share / source share per class, 0 where the source has none. */
  readonly weights: Float64Array;
}

/** Class shares of an unlabelled target by black-box shift estimation, with bootstrap intervals over both sets of rows.
 *
 * Solves    min_{w ≥ 0} ‖C·w − μ‖,  C_ij = share of validation rows predicted i of class j,  μ_i = share of target rows predicted i
 *           target share_j ∝ w_j · source share_j
 * Assumes   p(x|y) is the same in both domains (label shift and nothing else); otherwise the numbers mean nothing, and
 *           nothing in unlabelled data can tell. Where C is close to singular intervals are wide.
 * Paper     lipton2018.
 */
export function estimateLabelShift(
  rows: BlackBoxRows,
  options: LabelShiftOptions = {},
): LabelShiftEstimate {
  const who = 'estimateLabelShift';
  const { coverage = 0.95, nResamples = 200, seed = 0 } = options;
  const { nClasses, validation, validationLabels, target } = rows;
  checkOption(who, 'coverage', coverage, 'in (0, 1)', coverage > 0 && coverage < 1);
  checkOption(who, 'nResamples', nResamples, 'a whole number ≥ 20', nResamples >= 20);
  if (validation.length === 0) throw tooFewRows(who, 'validation', 1, 0);
  if (target.length === 0) throw tooFewRows(who, 'target', 1, 0);
  classIndices(who, validation, validationLabels.length, 'validation', nClasses);
  classIndices(who, validationLabels, validation.length, 'validationLabels', nClasses);
  classIndices(who, target, target.length, 'target', nClasses);
  const confusion = new Float64Array(nClasses * nClasses);
  for (let i = 0; i < validation.length; i++) {
    confusion[validation[i] * nClasses + validationLabels[i]] += 1 / validation.length;
  }
  const predicted = Float64Array.from(countsOf(target, nClasses), (n) => n / target.length);
  const estimate = solveShares(confusion, predicted, nClasses);
  // Only counts enter, so that drawing rows is drawing counts.
  const random = randomSource(seed);
  const draws = Array.from({ length: nResamples }, () =>
    solveShares(
      drawnShares(confusion, validation.length, random),
      drawnShares(predicted, target.length, random),
      nClasses,
    ),
  );
  const limit = (c: number, at: number) =>
    quantile(
      draws.map(({ target: t }) => t[c]),
      at,
    );
  const tail = (1 - coverage) / 2;
  return {
    ...estimate,
    low: estimate.target.map((share, c) => Math.min(share, limit(c, tail))),
    high: estimate.target.map((share, c) => Math.max(share, limit(c, 1 - tail))),
  };
}

function solveShares(confusion: Float64Array, predicted: Float64Array, nClasses: number) {
  const source = new Float64Array(nClasses);
  confusion.forEach((share, p) => (source[p % nClasses] += share));
  const { x } = nonNegativeLeastSquares(
    referenceLinearAlgebra,
    denseMatrix(nClasses, nClasses, confusion),
    predicted,
  );
  const target = source.map((share, c) => share * x[c]);
  const total = target.reduce((sum, share) => sum + share, 0);
  for (let c = 0; c < nClasses; c++) target[c] = total > 0 ? target[c] / total : source[c];
  return { source, target, weights: target.map((t, c) => (source[c] > 0 ? t / source[c] : 0)) };
}

function drawnShares(
  shares: Float64Array,
  n: number,
  random: { categorical(weights: ArrayLike<number>): number },
): Float64Array {
  const drawn = new Float64Array(shares.length);
  for (let i = 0; i < n; i++) drawn[random.categorical(shares)] += 1 / n;
  return drawn;
}

function countsOf(classes: ArrayLike<number>, nClasses: number): number[] {
  const counts = new Array<number>(nClasses).fill(0);
  for (let i = 0; i < classes.length; i++) counts[classes[i]]++;
  return counts;
}

import { type DenseMatrix, denseMatrix, inferTask, type Label } from '@graft-ml/core';
import { checkNotEmpty, checkSize } from '../internal/check.js';

export interface MetricOptions {
  /** One per row, not negative; default all 1. */
  readonly weights?: ArrayLike<number>;
}

export interface ClassMetricOptions extends MetricOptions {
  /** The classes and their order; default those that occur, numbers ascending, then strings. */
  readonly classes?: readonly Label[];
}

/** Confusion counts by class. */
export interface Confusion {
  readonly classes: readonly Label[];
  /** [classes, classes]: weight of the rows of class `i` that were taken for class `j`. */
  readonly counts: DenseMatrix;
}

/** Share of rows whose prediction equals the label: Σ wᵢ·[aᵢ = pᵢ] / Σ wᵢ. In [0, 1]. */
export function accuracy(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  { weights }: MetricOptions = {},
): number {
  checkPair(actual, predicted, weights, 'accuracy');
  let right = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    if (actual[i] === predicted[i]) right += weight;
  }
  return right / total;
}

/** How often class `i` was taken for class `j`. Errors: `SHAPE_MISMATCH`; `INVALID_DATA` for no rows. */
export function confusionMatrix(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  { weights, classes }: ClassMetricOptions = {},
): Confusion {
  checkPair(actual, predicted, weights, 'confusionMatrix');
  const task = inferTask([...Array.from(actual), ...Array.from(predicted)], 'classification');
  const known = classes ?? (task.kind === 'classification' ? task.classes : []);
  const index = new Map(known.map((label, c) => [label, c]));
  const counts = denseMatrix(known.length, known.length);
  for (let i = 0; i < actual.length; i++) {
    const row = index.get(actual[i]);
    const column = index.get(predicted[i]);
    if (row === undefined || column === undefined) continue;
    counts.data[row * known.length + column] += weights ? weights[i] : 1;
  }
  return { classes: known, counts };
}

/** Mean over the classes that occur of the share of their rows found again. In [0, 1]; 1/nClasses for guessing. */
export function balancedAccuracy(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions = {},
): number {
  const { found, ofClass } = tally(actual, predicted, options);
  let sum = 0;
  let occurring = 0;
  for (let c = 0; c < found.length; c++) {
    if (ofClass[c] === 0) continue;
    sum += found[c] / ofClass[c];
    occurring++;
  }
  return sum / occurring;
}

/** Per class, the share of its predictions that are right; 0 for a class never predicted. */
export function precisionPerClass(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions = {},
): Float64Array {
  const { found, asClass } = tally(actual, predicted, options);
  return found.map((value, c) => ratio(value, asClass[c]));
}

/** Per class, the share of its rows that are found; 0 for a class without rows. */
export function recallPerClass(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions = {},
): Float64Array {
  const { found, ofClass } = tally(actual, predicted, options);
  return found.map((value, c) => ratio(value, ofClass[c]));
}

/** F1 = 2·found / (predicted + actual) per class, then averaged: `'macro'` (default) weighs classes alike, `'micro'` rows alike. */
export function f1(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions & { readonly average?: 'macro' | 'micro' } = {},
): number {
  const { found, ofClass, asClass } = tally(actual, predicted, options);
  if (options.average === 'micro') {
    return ratio(2 * total(found), total(ofClass) + total(asClass));
  }
  let sum = 0;
  for (let c = 0; c < found.length; c++) sum += ratio(2 * found[c], ofClass[c] + asClass[c]);
  return sum / found.length;
}

/** Cohen's kappa: (accuracy − chance) / (1 − chance), chance from the two margins; 0 where both sides know one class only. */
export function kappa(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions = {},
): number {
  const { found, ofClass, asClass } = tally(actual, predicted, options);
  const n = total(ofClass);
  let chance = 0;
  for (let c = 0; c < found.length; c++) chance += (ofClass[c] / n) * (asClass[c] / n);
  return ratio(total(found) / n - chance, 1 - chance);
}

/** Matthews correlation of labels and predictions, for any number of classes. In [−1, 1]; 0 where one side is constant. Paper: gorodkin2004. */
export function matthewsCorrelation(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions = {},
): number {
  const { found, ofClass, asClass } = tally(actual, predicted, options);
  const n = total(ofClass);
  let product = 0;
  let squaresActual = 0;
  let squaresPredicted = 0;
  for (let c = 0; c < found.length; c++) {
    product += ofClass[c] * asClass[c];
    squaresActual += ofClass[c] * ofClass[c];
    squaresPredicted += asClass[c] * asClass[c];
  }
  const scale = Math.sqrt(n * n - squaresActual) * Math.sqrt(n * n - squaresPredicted);
  return ratio(n * total(found) - product, scale);
}

/** Diagonal and margins of the confusion matrix. */
function tally(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: ClassMetricOptions,
): { found: Float64Array; ofClass: Float64Array; asClass: Float64Array } {
  const { counts } = confusionMatrix(actual, predicted, options);
  const n = counts.rows;
  const found = new Float64Array(n);
  const ofClass = new Float64Array(n);
  const asClass = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    found[i] = counts.data[i * n + i];
    for (let j = 0; j < n; j++) {
      ofClass[i] += counts.data[i * n + j];
      asClass[j] += counts.data[i * n + j];
    }
  }
  return { found, ofClass, asClass };
}

function checkPair(
  actual: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  weights: ArrayLike<number> | undefined,
  who: string,
): void {
  checkNotEmpty(actual, who, 'actual');
  checkSize(predicted, actual.length, who, 'predicted');
  if (weights) checkSize(weights, actual.length, who, 'weights');
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

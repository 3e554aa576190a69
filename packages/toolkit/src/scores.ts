import type { TaskKind } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';

/** How good predictions are, in the measures of their task. */
export interface Scores {
  /** Share predicted right; classification. */
  readonly accuracy?: number;
  /** 1 − residual over total sum of squares, at most 1; regression. */
  readonly r2?: number;
  /** Root mean squared error, in units of the label; regression. */
  readonly rmse?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Scores encoded predictions against encoded labels. */
export function scorePredictions(
  kind: TaskKind,
  predictions: Float64Array,
  labels: Float64Array,
): Scores {
  if (kind === 'classification') return { accuracy: accuracyOf(predictions, labels) };
  let residual = 0;
  for (let i = 0; i < labels.length; i++) residual += (predictions[i]! - labels[i]!) ** 2;
  return { r2: r2Of(predictions, labels), rmse: Math.sqrt(residual / labels.length) };
}

/** 95 % interval of accuracy (Wilson) or R² (bootstrap over rows, decided by `seed`). Paper: wilson1927probable. */
export function scoreInterval(
  kind: TaskKind,
  predictions: Float64Array,
  labels: Float64Array,
  seed: number,
): Interval {
  const n = labels.length;
  if (kind === 'regression') {
    return bootstrap(n, seed, (rows) => r2Of(at(predictions, rows), at(labels, rows)));
  }
  const p = accuracyOf(predictions, labels);
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** 95 % interval of the change in accuracy or R² from one model to another on the same rows: bootstrap over rows, paired. */
export function changeInterval(
  kind: TaskKind,
  from: Float64Array,
  to: Float64Array,
  labels: Float64Array,
  seed: number,
): Interval {
  const score = kind === 'classification' ? accuracyOf : r2Of;
  return bootstrap(labels.length, seed, (rows) => {
    const drawn = at(labels, rows);
    return score(at(to, rows), drawn) - score(at(from, rows), drawn);
  });
}

const z = 1.959963984540054; // 97.5 % quantile of the standard normal
const resamples = 1000;

function bootstrap(n: number, seed: number, statistic: (rows: Int32Array) => number): Interval {
  const random = randomSource(seed).stream('bootstrap');
  const rows = new Int32Array(n);
  const values = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) rows[i] = random.integer(n);
    values[b] = statistic(rows);
  }
  values.sort();
  return {
    low: values[Math.floor(0.025 * resamples)]!,
    high: values[Math.ceil(0.975 * resamples) - 1]!,
  };
}

function accuracyOf(predictions: Float64Array, labels: Float64Array): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}

function r2Of(predictions: Float64Array, labels: Float64Array): number {
  let mean = 0;
  for (const label of labels) mean += label / labels.length;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    residual += (predictions[i]! - labels[i]!) ** 2;
    total += (labels[i]! - mean) ** 2;
  }
  return total > 0 ? 1 - residual / total : residual === 0 ? 1 : -Infinity;
}

function at(values: Float64Array, rows: Int32Array): Float64Array {
  const drawn = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) drawn[i] = values[rows[i]!]!;
  return drawn;
}

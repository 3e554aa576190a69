import { checkEntries, checkOption, tooFewRows } from '../internal/inputs.js';

/** Accuracy on one data set, taught by so many of its own rows, or of another set's. */
export interface SampleCurves {
  /** Ascending, above 0. */
  readonly sizes: ArrayLike<number>;
  readonly own: ArrayLike<number>;
  readonly other: ArrayLike<number>;
}

/** The market value of a row: what a row of another data set is worth in rows of one's own.
 *
 * Solves    min_α Σ (other(n) − own(α·n))²: the shift of the own learning curve along log n that meets the other one's; curves
 *           are straight between sizes in log n, and only n with α·n between the smallest and the largest size count
 * Returns   α in (0, 1] mostly: 0.5 means that two foreign rows stand for one. NaN where no shift lets the curves meet: the
 *           other set never reaches what the own one begins with
 * Paper     torralba2011, section 4.
 */
export function sampleValue(curves: SampleCurves): number {
  const who = 'sampleValue';
  const { sizes, own, other } = curves;
  const n = sizes.length;
  if (n < 2) throw tooFewRows(who, 'sizes', 2, n);
  checkEntries(own.length, n, who, 'entries of "own"');
  checkEntries(other.length, n, who, 'entries of "other"');
  const logs = Float64Array.from({ length: n }, (_, i) => {
    const ascending = sizes[i] > (i > 0 ? sizes[i - 1] : 0);
    checkOption(who, `sizes[${i}]`, sizes[i], 'above 0 and ascending', ascending);
    return Math.log(sizes[i]);
  });
  if (highest(other) < own[0]) return Number.NaN;
  const range = logs[n - 1] - logs[0];
  const loss = (shift: number): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const at = logs[i] + shift;
      if (at < logs[0] - 1e-12 || at > logs[n - 1] + 1e-12) continue;
      sum += (other[i] - valueAt(logs, own, at)) ** 2;
      count++;
    }
    // One point of overlap meets anywhere; two make a fit.
    return count < 2 ? Infinity : sum / count;
  };
  // A fine grid, then golden sections around its best: the loss may have several valleys.
  const steps = 400;
  let best = 0;
  for (let k = -steps; k <= steps; k++) {
    const shift = (range * k) / steps;
    if (loss(shift) < loss(best)) best = shift;
  }
  return Math.exp(goldenMinimum(loss, best - range / steps, best + range / steps));
}

function valueAt(logs: Float64Array, values: ArrayLike<number>, at: number): number {
  let k = 1;
  while (k < logs.length - 1 && logs[k] < at) k++;
  const share = Math.min(1, Math.max(0, (at - logs[k - 1]) / (logs[k] - logs[k - 1])));
  return values[k - 1] + share * (values[k] - values[k - 1]);
}

function goldenMinimum(f: (at: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let k = 0; k < 40; k++) {
    const left = b - ratio * (b - a);
    const right = a + ratio * (b - a);
    if (f(left) <= f(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}

function highest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, value), -Infinity);
}

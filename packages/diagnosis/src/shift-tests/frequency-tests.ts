import type { Matrix } from '@graft-ml/core';
import { eachEntry } from '../internal/entries.js';
import { normalTail } from '../internal/special-functions.js';
import { frequencyBias } from './counts.js';
import { holm } from './multiple-testing.js';

/** How much of all that occurs is this feature, in the source against the target. */
export interface FrequencyTest {
  readonly feature: string;
  /** Occurrences in all rows of the source. */
  readonly source: number;
  /** Occurrences in all rows of the target. */
  readonly target: number;
  /** Positive: commoner in the source. Its exponential is the ratio of the odds. */
  readonly logOdds: number;
  /** Of `logOdds`. */
  readonly standardError: number;
  /** `logOdds / standardError`. */
  readonly z: number;
  /** Two-sided, from the normal tail. */
  readonly pValue: number;
  /** The p-value adjusted for the number of features by Holm. */
  readonly holm: number;
}

/** Tests of every feature for frequency bias: the log-odds of {@link frequencyBias} with errors that hold for rows.
 *
 * Occurrences in one row go together: a word that was used once is soon used again. A domain with counts s of a feature, S of
 * all, s_i and S_i in row i of n, has the dispersion
 *   φ = n/(n − 1) · Σ_i (s_i − S_i·s/S)² / (S·s/S·(1 − s/S)),   1 where every occurrence is drawn on its own,
 * and its log-odds have the variance
 *   max(1, φ, φ of both) · (1/(s + a) + 1/(S + A − s − a)),   a = ½ the prior of a feature, A = a · number of features,
 * where φ of both divides the sum of the numerators by that of the denominators: it speaks for a domain in which the
 * feature is too rare to show how it clusters.
 * Shapes    source [ns, d], target [nt, d] of whole numbers ≥ 0; `columns` of them → a result each, in that order
 */
export function frequencyTests(
  source: Matrix,
  target: Matrix,
  names: readonly string[],
  columns: ArrayLike<number>,
): FrequencyTest[] {
  const [s, t] = [totalsOf(source, columns), totalsOf(target, columns)];
  const { logOdds } = frequencyBias(s.counts, t.counts, prior);
  const errors = logOdds.map((_, k) => standardErrorOf(s, t, k));
  const z = logOdds.map((value, k) => value / errors[k]);
  const pValues = z.map((value) => 2 * normalTail(Math.abs(value)));
  const family = holm(pValues);
  return Array.from(columns, (j, k) => ({
    feature: names[j],
    source: s.counts[k],
    target: t.counts[k],
    logOdds: logOdds[k],
    standardError: errors[k],
    z: z[k],
    pValue: pValues[k],
    holm: family[k],
  }));
}

const prior = 0.5;

/** Sums over the rows of a domain: c is the count of a feature in a row, n that of all features in it. */
interface Totals {
  readonly rows: number;
  /** Σ c per feature. */
  readonly counts: Float64Array;
  /** Σ c² per feature. */
  readonly squares: Float64Array;
  /** Σ c·n per feature. */
  readonly products: Float64Array;
  /** Σ n. */
  readonly total: number;
  /** Σ n². */
  readonly totalSquares: number;
}

function totalsOf(x: Matrix, columns: ArrayLike<number>): Totals {
  const place = new Int32Array(x.columns).fill(-1);
  for (let k = 0; k < columns.length; k++) place[columns[k]] = k;
  const sizes = new Float64Array(x.rows);
  eachEntry(x, (i, j, value) => {
    if (place[j] >= 0) sizes[i] += value;
  });
  const counts = new Float64Array(columns.length);
  const squares = new Float64Array(columns.length);
  const products = new Float64Array(columns.length);
  eachEntry(x, (i, j, value) => {
    const k = place[j];
    if (k < 0) return;
    counts[k] += value;
    squares[k] += value * value;
    products[k] += value * sizes[i];
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const totalSquares = sizes.reduce((sum, size) => sum + size * size, 0);
  return { rows: x.rows, counts, squares, products, total, totalSquares };
}

function standardErrorOf(s: Totals, t: Totals, k: number): number {
  const [ofS, ofT] = [dispersionOf(s, k), dispersionOf(t, k)];
  const both = ratio(ofS.found + ofT.found, ofS.expected + ofT.expected);
  const variance = (totals: Totals, { found, expected }: Dispersion) =>
    Math.max(1, both, ratio(found, expected)) * varianceOfDraws(totals, k);
  return Math.sqrt(variance(s, ofS) + variance(t, ofT));
}

/** Σ (s_i − S_i·s/S)² over the rows, and what it would be if every occurrence were drawn on its own. */
interface Dispersion {
  readonly found: number;
  readonly expected: number;
}

function dispersionOf(totals: Totals, k: number): Dispersion {
  const { rows, counts, squares, products, total, totalSquares } = totals;
  // One row does not show how rows differ.
  if (rows < 2) return { found: 0, expected: 0 };
  const share = counts[k] / total;
  const spread = squares[k] - 2 * share * products[k] + share * share * totalSquares;
  return { found: (rows / (rows - 1)) * spread, expected: total * share * (1 - share) };
}

function varianceOfDraws({ counts, total }: Totals, k: number): number {
  return 1 / (counts[k] + prior) + 1 / (total - counts[k] + prior * (counts.length - 1));
}

function ratio(found: number, expected: number): number {
  return expected > 0 ? found / expected : 1;
}

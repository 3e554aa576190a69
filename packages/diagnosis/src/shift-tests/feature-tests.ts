import { type FeatureSpace, type MatrixInput, type Matrix, toDense } from '@graft-ml/core';
import { numberedFeatures } from '@graft-ml/core';
import { checkEntries, samplePair } from '../internal/inputs.js';
import { presence } from '../internal/presence.js';
import { chiSquareTest, fisherExactTest } from './counts.js';
import { kolmogorovSmirnovTest } from './kolmogorov-smirnov.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import type { ShiftTest } from './test-result.js';

export interface FeatureTest extends ShiftTest {
  readonly feature: string;
  /** Mean over target rows less mean over source rows, in the units of the feature; absent for categories. */
  readonly difference?: number;
  /** The p-value adjusted for the number of features by Holm: a bound on the chance of any false alarm. */
  readonly holm: number;
  /** The p-value adjusted by Benjamini and Hochberg: a bound on the share of false alarms. */
  readonly falseDiscovery: number;
}

/** Tests every feature on its own: Kolmogorov–Smirnov for numeric and count features, chi-square for categorical and binary ones.
 *
 * Categories expected fewer than five times in a domain are put together before the chi-square test. Shifts that only show
 * in several features at once (correlations) are not seen: use {@link mmdTest} or {@link classifierTest} beside it.
 * Shapes    source [ns, d], target [nt, d] → d results in the order of the columns
 */
export function featureTests(
  source: MatrixInput,
  target: MatrixInput,
  features?: FeatureSpace,
): readonly FeatureTest[] {
  const who = 'featureTests';
  const { xs, xt } = samplePair(who, source, target);
  const { names, kinds } = features ?? numberedFeatures(xs.columns, 'feature');
  checkEntries(names.length, xs.columns, who, 'feature names');
  const s = columnsOf(xs);
  const t = columnsOf(xt);
  const tests = names.map((_, j) => {
    const discrete = kinds[j] === 'categorical' || kinds[j] === 'binary';
    return discrete ? categoryTest(s[j], t[j]) : kolmogorovSmirnovTest(s[j], t[j]);
  });
  const pValues = tests.map(({ pValue }) => pValue);
  const [family, discovery] = [holm(pValues), benjaminiHochberg(pValues)];
  return tests.map((test, j) => ({
    ...test,
    feature: names[j],
    ...(kinds[j] === 'categorical' ? {} : { difference: meanOf(t[j]) - meanOf(s[j]) }),
    holm: family[j],
    falseDiscovery: discovery[j],
  }));
}

/** For every binary feature: does it go with another class in the target? Context feature bias.
 *
 * Fisher's test on the rows that have the feature (value not 0): domain against class `positive` or another. Holm-adjusted.
 * A word that means another thing in the other domain shows here, whatever its frequency. Needs target labels.
 */
export function contextBias(
  source: { readonly x: MatrixInput; readonly y: ArrayLike<number> },
  target: { readonly x: MatrixInput; readonly y: ArrayLike<number> },
  positive: number,
  features?: FeatureSpace,
): readonly FeatureTest[] {
  const who = 'contextBias';
  const { xs, xt } = samplePair(who, source.x, target.x);
  const { names } = features ?? numberedFeatures(xs.columns, 'feature');
  checkEntries(source.y.length, xs.rows, who, 'source labels');
  checkEntries(target.y.length, xt.rows, who, 'target labels');
  const side = (y: ArrayLike<number>) => Array.from(y, (label) => (label === positive ? 0 : 1));
  const s = presence(xs, side(source.y), 2);
  const t = presence(xt, side(target.y), 2);
  const tests = names.map((_, j): ShiftTest => {
    const table = [s, t].map((counts) => [counts[2 * j], counts[2 * j + 1]]);
    const empty = table.some(([hits, misses]) => hits + misses === 0);
    return empty
      ? { test: 'Fisher', statistic: Number.NaN, pValue: 1, effect: Number.NaN }
      : fisherExactTest(table);
  });
  const pValues = tests.map(({ pValue }) => pValue);
  const [family, discovery] = [holm(pValues), benjaminiHochberg(pValues)];
  return tests.map((test, j) => ({
    ...test,
    feature: names[j],
    holm: family[j],
    falseDiscovery: discovery[j],
  }));
}

function meanOf(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0) / column.length;
}

function categoryTest(s: Float64Array, t: Float64Array): ShiftTest {
  const categories = [...new Set([...s, ...t])];
  const count = (column: Float64Array) =>
    categories.map((value) => column.reduce((n, entry) => (entry === value ? n + 1 : n), 0));
  const [ofS, ofT] = [count(s), count(t)];
  const least = Math.min(s.length, t.length) / (s.length + t.length);
  const common = categories.map((_, k) => (ofS[k] + ofT[k]) * least >= 5);
  const table = [ofS, ofT].map((counts) => [
    ...counts.filter((_, k) => common[k]),
    counts.reduce((rest, value, k) => (common[k] ? rest : rest + value), 0),
  ]);
  return chiSquareTest(table);
}

function columnsOf(x: Matrix): Float64Array[] {
  const { rows, columns, data } = toDense(x);
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => data[i * columns + j]),
  );
}

import { type Label, type Matrix, type RunOptions, step } from '@graft-ml/core';
import { presence } from '../internal/presence.js';
import { logGamma } from '../internal/special-functions.js';
import { fisherExactTest } from './counts.js';
import { holm } from './multiple-testing.js';

/** Of the rows with a feature, the share of one class: in the source against the target. */
export interface ContextTest {
  readonly feature: string;
  /** The class; of two classes the second. */
  readonly label: Label;
  readonly source: ContextRows;
  readonly target: ContextRows;
  /** Of Fisher's exact test. */
  readonly pValue: number;
  /** The p-value adjusted for the number of tests by Holm. */
  readonly holm: number;
}

/** Labelled rows that have the feature. */
export interface ContextRows {
  readonly rows: number;
  /** Share of them that are of the class. */
  readonly share: number;
}

/** Features that were not tested. */
export interface LeftOut {
  readonly features: readonly string[];
  readonly reason: string;
}

/** Rows whose labels are codes of `classes`. */
export interface CodedRows {
  readonly x: Matrix;
  readonly y: ArrayLike<number>;
}

/** Tests of features for context bias: Fisher's test of domain against class over the rows that have the feature.
 *
 * Tests      each class against the others; of two classes one side. Only those that could come out: where even the most
 *            extreme table with the same margins misses `significance` over the number of tests, no outcome says anything.
 *            The margins do not tell which table was seen, so that Holm may count the others alone.
 * Shapes     source [ns, d], target [nt, d], ns and nt labels; `columns` of them are looked at
 * Paper      tarone1990
 */
export async function contextTests(
  source: CodedRows,
  target: CodedRows,
  { names, columns, classes, significance }: ContextSetting,
  run?: RunOptions,
): Promise<{ readonly tests: readonly ContextTest[]; readonly leftOut: readonly LeftOut[] }> {
  const s = presence(source.x, source.y, classes.length);
  const t = presence(target.x, target.y, classes.length);
  const sides = classes.length === 2 ? [1] : [...classes.keys()];
  const tables = Array.from(columns, (j) =>
    sides.map((c) => ({ j, c, counts: tableOf(s, t, classes.length, j, c) })),
  ).flat();
  const least = tables.map(({ counts }) => leastPValue(counts));
  const level = testableLevel(least, significance);
  const kept = tables.filter((_, k) => least[k] <= level);
  const pValues = new Float64Array(kept.length);
  for (let k = 0; k < kept.length; k++) {
    pValues[k] = fisherExactTest(kept[k].counts).pValue;
    if (k % 500 === 499) {
      await step(run, 'diagnose', { stage: 'context tests', done: k + 1, total: kept.length });
    }
  }
  const family = holm(pValues);
  const tests = kept.map(({ j, c, counts }, k) => ({
    feature: names[j],
    label: classes[c],
    source: rowsOf(counts[0]),
    target: rowsOf(counts[1]),
    pValue: pValues[k],
    holm: family[k],
  }));
  const tested = new Set(kept.map(({ j }) => j));
  const missing = Array.from(columns).filter((j) => !tested.has(j));
  return { tests, leftOut: reasonsFor(missing, names, s, t, classes.length) };
}

interface ContextSetting {
  readonly names: readonly string[];
  readonly columns: ArrayLike<number>;
  readonly classes: readonly Label[];
  readonly significance: number;
}

type Table = readonly [source: readonly [number, number], target: readonly [number, number]];

function tableOf(s: Int32Array, t: Int32Array, nClasses: number, j: number, c: number): Table {
  const side = (counts: Int32Array): [number, number] => {
    const own = counts[j * nClasses + c];
    return [own, sumOf(counts, nClasses, j) - own];
  };
  return [side(s), side(t)];
}

function sumOf(counts: Int32Array, nClasses: number, j: number): number {
  return counts.subarray(j * nClasses, (j + 1) * nClasses).reduce((sum, n) => sum + n, 0);
}

/** The least p-value that a table with these margins can have: that of the rarer of the two extreme ones. */
function leastPValue([[a, b], [c, d]]: Table): number {
  const [first, second, column] = [a + b, c + d, a + c];
  const [low, high] = [Math.max(0, column - second), Math.min(first, column)];
  if (low === high) return 1;
  const logChance = (k: number) =>
    logChoose(first, k) + logChoose(second, column - k) - logChoose(first + second, column);
  const [atLow, atHigh] = [logChance(low), logChance(high)];
  // Two sides count only where both ends are equally rare, up to rounding as in Fisher's test.
  const both = Math.abs(atLow - atHigh) <= 1e-7;
  return Math.min(1, (both ? 2 : 1) * Math.exp(Math.min(atLow, atHigh)));
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** significance/m for the smallest m such that at most m tests could reach it. */
function testableLevel(least: readonly number[], significance: number): number {
  const ascending = Float64Array.from(least).sort();
  let reached = ascending.length;
  for (let m = 1; ; m++) {
    while (reached > 0 && ascending[reached - 1] > significance / m) reached--;
    if (reached <= m) return significance / m;
  }
}

function rowsOf([own, others]: readonly [number, number]): ContextRows {
  return { rows: own + others, share: own / (own + others) };
}

function reasonsFor(
  missing: readonly number[],
  names: readonly string[],
  s: Int32Array,
  t: Int32Array,
  nClasses: number,
): LeftOut[] {
  const absent = (counts: Int32Array, j: number) => sumOf(counts, nClasses, j) === 0;
  const unseen = (j: number) => absent(s, j) || absent(t, j);
  const groups = [
    [missing.filter(unseen), 'in no labelled row of one of the domains'],
    [
      missing.filter((j) => !unseen(j)),
      'too few labelled rows, or too few of another class, for any outcome to be significant',
    ],
  ] as const;
  return groups
    .filter(([columns]) => columns.length > 0)
    .map(([columns, reason]) => ({ features: columns.map((j) => names[j]), reason }));
}

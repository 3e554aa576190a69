import { denseMatrix, type MatrixInput, toDense, toMatrix, TransferError } from '@graft-ml/core';
import { checkOption } from '../internal/inputs.js';
import { chiSquareTail, logGamma } from '../internal/special-functions.js';
import type { ShiftTest } from './test-result.js';

/** Pearson's chi-square test of a table of counts, one row per domain, one column per category.
 *
 * Statistic   Σ (observed − expected)² / expected with expected = row sum · column sum / total; columns of zeros are left out
 * p-value     of χ² with (rows − 1)·(columns − 1) degrees of freedom: an approximation, poor where expected counts are below 5
 * Effect      Cramér's V = √(χ² / (n·min(rows − 1, columns − 1))), in [0, 1]
 */
export function chiSquareTest(table: MatrixInput): ShiftTest {
  const counts = countTable('chiSquareTest', table);
  const { rows, columns, data } = counts;
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  data.forEach((value, p) => {
    rowSums[Math.floor(p / columns)] += value;
    columnSums[p % columns] += value;
  });
  const total = rowSums.reduce((a, b) => a + b, 0);
  let statistic = 0;
  data.forEach((value, p) => {
    const expected = (rowSums[Math.floor(p / columns)] * columnSums[p % columns]) / total;
    if (expected > 0) statistic += (value - expected) ** 2 / expected;
  });
  const freedom = (sums: Float64Array) => sums.reduce((n, sum) => (sum > 0 ? n + 1 : n), -1);
  const degrees = freedom(rowSums) * freedom(columnSums);
  const least = Math.min(freedom(rowSums), freedom(columnSums));
  return {
    test: 'chi-square',
    statistic,
    pValue: degrees > 0 ? chiSquareTail(statistic, degrees) : 1,
    effect: least > 0 ? Math.sqrt(statistic / (total * least)) : 0,
  };
}

/** Fisher's exact test of a 2 × 2 table, two-sided: the chance of a table at most as likely, the margins given.
 *
 * Statistic and effect are the odds ratio ad/(bc). Exact for any counts.
 */
export function fisherExactTest(table: MatrixInput): ShiftTest {
  const { rows, columns, data } = countTable('fisherExactTest', table);
  checkOption('fisherExactTest', 'table', rows * columns, '2 × 2', rows === 2 && columns === 2);
  const [a, b, c, d] = data;
  const first = a + b;
  const column = a + c;
  const total = first + c + d;
  const logChance = (k: number) =>
    logChoose(first, k) + logChoose(total - first, column - k) - logChoose(total, column);
  const observed = logChance(a);
  let pValue = 0;
  for (let k = Math.max(0, column - (total - first)); k <= Math.min(first, column); k++) {
    // Tables equally likely up to rounding count in, as the two-sided definition wants.
    if (logChance(k) <= observed + 1e-7) pValue += Math.exp(logChance(k));
  }
  const odds = (a * d) / (b * c);
  return { test: 'Fisher', statistic: odds, pValue: Math.min(1, pValue), effect: odds };
}

/** Log-odds of every feature between two domains with a Dirichlet prior, and their z-scores: frequency feature bias.
 *
 * δ_j = log((s_j + a)/(S + A − s_j − a)) − log((t_j + a)/(T + A − t_j − a)),  z_j = δ_j / √(1/(s_j + a) + 1/(t_j + a))
 * where s_j, t_j are counts, S, T their sums, a = `prior` and A = a · number of features. Positive: commoner in the source.
 * Paper     monroe2008.
 */
export function frequencyBias(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  prior = 0.5,
): { readonly logOdds: Float64Array; readonly z: Float64Array } {
  checkOption('frequencyBias', 'prior', prior, 'a number > 0', prior > 0);
  const table = countTable('frequencyBias', [Array.from(source), Array.from(target)]);
  const { columns, data } = table;
  const sum = (from: number) => {
    let total = prior * columns;
    for (let j = 0; j < columns; j++) total += data[from + j];
    return total;
  };
  const [sourceTotal, targetTotal] = [sum(0), sum(columns)];
  const logOdds = new Float64Array(columns);
  const z = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const s = data[j] + prior;
    const t = data[columns + j] + prior;
    logOdds[j] = Math.log(s / (sourceTotal - s)) - Math.log(t / (targetTotal - t));
    z[j] = logOdds[j] / Math.sqrt(1 / s + 1 / t);
  }
  return { logOdds, z };
}

function countTable(who: string, input: MatrixInput) {
  const table = toDense(toMatrix(input, who, 'table'));
  const bad = table.data.findIndex((value) => value < 0 || !Number.isInteger(value));
  if (bad >= 0 || !table.data.some((value) => value > 0)) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"table" must hold counts, whole numbers from 0 and not all 0${bad >= 0 ? `; entry ${bad} is ${table.data[bad]}` : ''}.`,
      details: { argument: 'table', reason: 'not-counts' },
    });
  }
  return denseMatrix(table.rows, table.columns, table.data);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

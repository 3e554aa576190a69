import type { LinearAlgebra, Matrix, MatrixInput } from '@graft-ml/core';
import { denseMatrix, selectRows, stackRows } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { kernelsOf, type MmdOptions, mmdOfGram, summedKernels } from '../divergences/mmd.js';
import { checkEntries, checkOption, samplePair } from '../internal/inputs.js';
import type { ShiftTest } from './test-result.js';

export interface MmdTestOptions extends Omit<MmdOptions, 'estimator'> {
  /** How many random relabellings; a whole number ≥ 1, default 500. The smallest p-value possible is 1/(1 + it). */
  readonly nPermutations?: number;
  /** Relabellings to use instead: each lists all rows (source rows first in the numbering), the first `source.rows` are the pseudo source. */
  readonly permutations?: readonly ArrayLike<number>[];
  /** With more rows in a domain than this, so many are drawn; a whole number ≥ 2, default 1000. */
  readonly maxRows?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface MmdTest extends ShiftTest {
  readonly test: 'maximum mean discrepancy';
  /** The statistic under each relabelling. */
  readonly permuted: Float64Array;
}

/** Permutation test of equal distributions by maximum mean discrepancy.
 *
 * Statistic   biased MMD², e·K·e with e = 1/ns on source rows and −1/nt on target rows; K is computed once
 * p-value     (1 + number of relabellings with at least the observed value) / (1 + number of relabellings): valid for any n
 * Effect      √max(0, unbiased MMD²): 0 without a difference, at most √2 for a Gaussian kernel
 * Assumes     rows are independent; with duplicates or groups across domains permute groups yourself (`permutations`)
 * Cost        O(n²·d) and O(n²) per relabelling, n ≤ 2·`maxRows`
 * Paper       gretton2012.
 */
export function mmdTest(
  source: MatrixInput,
  target: MatrixInput,
  options: MmdTestOptions = {},
): MmdTest {
  const who = 'mmdTest';
  const { linearAlgebra = referenceLinearAlgebra, nPermutations = 500, maxRows = 1000 } = options;
  const whole = (value: number, least: number) => Number.isInteger(value) && value >= least;
  checkOption(who, 'nPermutations', nPermutations, 'a whole number ≥ 1', whole(nPermutations, 1));
  checkOption(who, 'maxRows', maxRows, 'a whole number ≥ 2', whole(maxRows, 2));
  const pair = samplePair(who, source, target, 2);
  const random = randomSource(options.seed ?? 0);
  const xs = subsample(pair.xs, maxRows, random.stream('source'));
  const xt = subsample(pair.xt, maxRows, random.stream('target'));
  const x = stackRows([xs, xt]);
  const gram = summedKernels(linearAlgebra, kernelsOf(linearAlgebra, options.kernel, xs, xt), x);
  const observed = mmdOfGram(gram, xs.rows);
  const draws = random.stream('relabel');
  const permutations =
    options.permutations ?? Array.from({ length: nPermutations }, () => draws.permutation(x.rows));
  const permuted = relabelled(linearAlgebra, gram, xs.rows, permutations, who);
  // Relabellings that tie with the observed value up to rounding count as ties.
  const least = observed - 1e-12 * Math.abs(observed);
  const extreme = permuted.reduce((count, value) => (value >= least ? count + 1 : count), 0);
  return {
    test: 'maximum mean discrepancy',
    statistic: observed,
    pValue: (1 + extreme) / (1 + permuted.length),
    effect: Math.sqrt(Math.max(0, mmdOfGram(gram, xs.rows, 'unbiased'))),
    permuted,
  };
}

/** e·K·e for every relabelling, a block of them per product. */
function relabelled(
  linearAlgebra: LinearAlgebra,
  gram: ReturnType<typeof summedKernels>,
  nSource: number,
  permutations: readonly ArrayLike<number>[],
  who: string,
): Float64Array {
  const n = gram.rows;
  const values = new Float64Array(permutations.length);
  const width = 64;
  for (let from = 0; from < permutations.length; from += width) {
    const block = permutations.slice(from, from + width);
    const signs = denseMatrix(n, block.length);
    block.forEach((order, b) => {
      checkEntries(order.length, n, who, 'entries of a permutation');
      for (let i = 0; i < n; i++) {
        signs.data[order[i] * block.length + b] = i < nSource ? 1 / nSource : -1 / (n - nSource);
      }
    });
    const { data } = linearAlgebra.multiply(gram, signs);
    for (let p = 0; p < data.length; p++) {
      values[from + (p % block.length)] += data[p] * signs.data[p];
    }
  }
  return values;
}

/** At most `count` rows, in their order. */
export function subsample(
  x: Matrix,
  count: number,
  random: { sample(n: number, count: number): Int32Array },
): Matrix {
  return x.rows <= count ? x : selectRows(x, random.sample(x.rows, count).sort());
}

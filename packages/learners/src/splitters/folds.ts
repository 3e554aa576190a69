import { type MatrixInput, toMatrix } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { checkWhole } from '../internal/check.js';
import { rowHashes } from '../internal/row-hash.js';

/** One way to divide rows: row numbers to learn from and to judge by, ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** The fold (0 … nFolds − 1) of each of `nRows` rows: a random deal, sizes differing by one at most. */
export function kFold(nRows: number, nFolds: number, seed = 0): Int32Array {
  checkWhole(nFolds, 2, Math.max(2, nRows), 'kFold', 'nFolds');
  const folds = new Int32Array(nRows);
  randomSource(seed)
    .permutation(nRows)
    .forEach((row, position) => (folds[row] = position % nFolds));
  return folds;
}

/** Folds in which every stratum — a class, or a class within a domain — is dealt out evenly: its sizes differ by one at most.
 *
 * @param strata one number per row; equal numbers belong together
 */
export function stratifiedKFold(strata: ArrayLike<number>, nFolds: number, seed = 0): Int32Array {
  checkWhole(nFolds, 2, Math.max(2, strata.length), 'stratifiedKFold', 'nFolds');
  const members = new Map<number, number[]>();
  for (let i = 0; i < strata.length; i++) {
    const rows = members.get(strata[i]);
    if (rows) rows.push(i);
    else members.set(strata[i], [i]);
  }
  const random = randomSource(seed);
  const folds = new Int32Array(strata.length);
  let next = 0;
  for (const stratum of [...members.keys()].sort((a, b) => a - b)) {
    // The deal goes on where the last stratum ended, so that small strata do not all land in the first folds.
    for (const row of random.shuffle(members.get(stratum) ?? [])) folds[row] = next++ % nFolds;
  }
  return folds;
}

/** Folds that depend on what the rows hold, not on where they stand: equal rows share a fold, and reordering the rows
 * reorders the folds with them. Different rows are ranked by a hash of their content and the seed and dealt in that order.
 */
export function contentFolds(x: MatrixInput, nFolds: number, seed = 0): Int32Array {
  const matrix = toMatrix(x, 'contentFolds', 'x');
  checkWhole(nFolds, 2, Math.max(2, matrix.rows), 'contentFolds', 'nFolds');
  const hashes = rowHashes(matrix, seed);
  const distinct = Float64Array.from(new Set(hashes)).sort();
  const rank = new Map<number, number>();
  distinct.forEach((hash, position) => rank.set(hash, position));
  return Int32Array.from(hashes, (hash) => (rank.get(hash) ?? 0) % nFolds);
}

/** The splits that folds stand for: each fold once as the rows to judge by. Folds without rows are left out. */
export function splitsOf(folds: ArrayLike<number>): Split[] {
  const sizes: number[] = [];
  for (let i = 0; i < folds.length; i++) sizes[folds[i]] = (sizes[folds[i]] ?? 0) + 1;
  const splits: Split[] = [];
  sizes.forEach((size, fold) => {
    const test = new Int32Array(size);
    const train = new Int32Array(folds.length - size);
    let inTest = 0;
    let inTrain = 0;
    for (let i = 0; i < folds.length; i++) {
      if (folds[i] === fold) test[inTest++] = i;
      else train[inTrain++] = i;
    }
    splits.push({ train, test });
  });
  return splits;
}

import {
  type Learner,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  selectRows,
  stackRows,
  toMatrix,
} from '@graft-ml/core';
import { LinearSvm, stratifiedKFold } from '@graft-ml/learners';
import { checkEntries, tooFewRows } from '../internal/inputs.js';

/** Rows that show the thing to be detected, and rows that do not. */
export interface DetectionSet {
  readonly name: string;
  readonly positives: MatrixInput;
  readonly negatives: MatrixInput;
}

export interface NegativeBias {
  readonly name: string;
  /** Accuracy on held-out positives and the set's own held-out negatives. */
  readonly own: number;
  /** On the same positives and as many held-out negatives of all sets. */
  readonly union: number;
  /** (own − union) / own: 0 where the own negatives stand for the world. */
  readonly drop: number;
}

/** Are the negatives of a data set enough of "everything else"? Tests a detector of each set against the negatives of all.
 *
 * Every set is halved; a detector of one half is tested on the other, once with the set's own negatives and once with equally
 * many drawn in turn from all sets. A drop says that the detector has learned what the rest of its set looks like.
 * Shapes    positives [n, nFeatures], negatives [m, nFeatures], n and m ≥ 2 in every set
 * Errors    INVALID_DATA, SHAPE_MISMATCH
 * Paper     torralba2011, section 3.2.
 */
export async function negativeBias(
  sets: readonly DetectionSet[],
  { learner = new LinearSvm() }: { readonly learner?: Learner } = {},
  run?: RunOptions,
): Promise<NegativeBias[]> {
  const who = 'negativeBias';
  if (sets.length < 2) throw tooFewRows(who, 'sets', 2, sets.length);
  const parts = sets.map((set, k) => {
    const positives = halves(who, set.positives, `sets[${k}].positives`, run?.seed);
    const negatives = halves(who, set.negatives, `sets[${k}].negatives`, run?.seed);
    return { name: set.name, positives, negatives };
  });
  const { columns } = parts[0].positives[0];
  for (const [k, { positives, negatives }] of parts.entries()) {
    checkEntries(positives[0].columns, columns, who, `columns of sets[${k}].positives`);
    checkEntries(negatives[0].columns, columns, who, `columns of sets[${k}].negatives`);
  }
  const results: NegativeBias[] = [];
  for (const { name, positives, negatives } of parts) {
    const x = stackRows([positives[0], negatives[0]]);
    const y = Array.from({ length: x.rows }, (_, i) => (i < positives[0].rows ? 1 : 0));
    const task = { kind: 'classification', classes: [0, 1] } as const;
    const model = await learner.fit({ x, y, task }, run);
    const count = negatives[1].rows;
    const mixed = inTurn(
      parts.map((part) => part.negatives[1]),
      count,
    );
    const accuracy = async (others: Matrix): Promise<number> => {
      const hits = await model.predictEncoded(positives[1], run);
      const misses = await model.predictEncoded(others, run);
      const right = hits.reduce((n, c) => n + c, 0) + misses.reduce((n, c) => n + 1 - c, 0);
      return right / (hits.length + misses.length);
    };
    const own = await accuracy(negatives[1]);
    const union = await accuracy(mixed);
    results.push({ name, own, union, drop: (own - union) / own });
  }
  return results;
}

function halves(who: string, input: MatrixInput, argument: string, seed = 0): [Matrix, Matrix] {
  const x = toMatrix(input, who, argument);
  if (x.rows < 2) throw tooFewRows(who, argument, 2, x.rows);
  const folds = stratifiedKFold(new Float64Array(x.rows), 2, seed);
  const rows = (fold: number) =>
    Int32Array.from({ length: x.rows }, (_, i) => i).filter((i) => folds[i] === fold);
  return [selectRows(x, rows(0)), selectRows(x, rows(1))];
}

/** `count` rows, one of each matrix in turn, from the first on; shorter ones end earlier. */
function inTurn(matrices: readonly Matrix[], count: number): Matrix {
  const taken = matrices.map(() => 0);
  let left = count;
  while (left > 0) {
    const before = left;
    matrices.forEach(({ rows }, k) => {
      if (left === 0 || taken[k] === rows) return;
      taken[k]++;
      left--;
    });
    if (left === before) break;
  }
  return stackRows(
    matrices.map((x, k) =>
      selectRows(
        x,
        Int32Array.from({ length: taken[k] }, (_, i) => i),
      ),
    ),
  );
}

import {
  type DenseMatrix,
  type Learner,
  type Matrix,
  type MatrixInput,
  type RunOptions,
  selectRows,
  step,
  toDense,
  toMatrix,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import { nearestNeighbours, randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { checkEntries, classIndices } from '../internal/inputs.js';
import { shareOfVotes } from '../internal/votes.js';
import { reverseValidation } from '../scorers/reverse.js';

/** The label-free views of a model's predictions that the guard weighs; in [0, 1], but for `support`. */
export interface GuardScores {
  /** Share of rows on which it predicts another class than source-only. */
  readonly differs: number;
  /** Share of the other candidates that predict what it predicts − share that predict what source-only predicts, mean over
   * rows, in [−1, 1]; absent where there is no other candidate. */
  readonly support?: number;
  /** Half of Σ |share of target rows predicted as a class − share of source rows of that class|: how far it says that class
   * shares have moved. */
  readonly classShift: number;
  /** `nearestSourceAgreement` by three neighbours in the given features. */
  readonly nearestSource: number;
  /** Balanced accuracy of {@link reverseValidation} in the given features. */
  readonly reverse: number;
  /** `neighbourAgreement` by five neighbours in the given features. */
  readonly neighbours: number;
}

export interface GuardRows {
  /** Source rows with encoded classes, in the features that source-only learned from. */
  readonly source: { readonly x: MatrixInput; readonly y: ArrayLike<number> };
  /** Target rows in the same features: not the adapted ones, so that all models are judged in one space. */
  readonly target: { readonly x: MatrixInput };
  readonly nClasses: number;
}

export interface GuardScoreOptions {
  /** Learns backwards from predictions; default `LogisticRegression()` with a coarse tolerance. */
  readonly learner?: Learner;
  /** With more rows in a domain than this, so many are drawn; default 600. */
  readonly maxRows?: number;
}

/** Scores every model's predicted target classes; the first entry is source-only.
 *
 * Shapes    predictions[k] [nTarget], classes 0 … nClasses − 1 → one set of scores per model
 * Cost      O((ns + nt)·nt·d) for neighbours, once, and one fit of the learner per model, on `maxRows` rows at most
 */
export async function guardScores(
  rows: GuardRows,
  predictions: readonly ArrayLike<number>[],
  options: GuardScoreOptions = {},
  run?: RunOptions,
): Promise<GuardScores[]> {
  const who = 'guardScores';
  const { nClasses } = rows;
  const xt = toMatrix(rows.target.x, who, 'target.x');
  for (const [k, predicted] of predictions.entries()) {
    classIndices(who, predicted, xt.rows, `predictions[${k}]`, nClasses);
  }
  const xs = toMatrix(rows.source.x, who, 'source.x');
  checkEntries(xt.columns, xs.columns, who, 'columns of "target.x"');
  classIndices(who, rows.source.y, xs.rows, 'source.y', nClasses);
  const { maxRows = 600 } = options;
  const random = randomSource(run?.seed ?? 0);
  const s = drawn(xs, maxRows, random.stream('source'));
  const t = drawn(xt, maxRows, random.stream('target'));
  const source = { x: s.x, y: at(rows.source.y, s.rows) };
  const learner = options.learner ?? new LogisticRegression({ tolerance: 1e-3 });
  const votes = predictions.map((predicted) => at(predicted, t.rows));
  const beside = besideSourceOnly(predictions);
  const shares = classShares(rows.source.y, nClasses);
  const nSource = Math.min(3, s.x.rows);
  const nTarget = Math.min(5, t.x.rows - 1);
  const toSource = nearestNeighbours(referenceLinearAlgebra, nSource, t.x, s.x).indices;
  const toTarget = nearestNeighbours(referenceLinearAlgebra, nTarget, t.x).indices;
  const scores: GuardScores[] = [];
  for (const [k, predicted] of votes.entries()) {
    const target = { x: t.x, predicted };
    const back = await reverseValidation({ source, target, learner }, run);
    scores.push({
      ...beside[k]!,
      classShift: distance(classShares(predictions[k]!, nClasses), shares),
      nearestSource: shareOfVotes(toSource, nSource, source.y, predicted),
      reverse: back.balancedAccuracy,
      neighbours: shareOfVotes(toTarget, nTarget, predicted, predicted),
    });
    await step(run, who, { stage: 'judging models', done: k + 1, total: votes.length });
  }
  return scores;
}

/** What predictions alone say of each model; the first is source-only. */
export function besideSourceOnly(
  predictions: readonly ArrayLike<number>[],
): Pick<GuardScores, 'differs' | 'support'>[] {
  const [before, ...candidates] = predictions;
  return predictions.map((predicted, k) => {
    const differs = 1 - shareEqual(predicted, before!);
    const others = candidates.filter((_, j) => j !== k - 1);
    if (others.length === 0) return { differs };
    const sides = others.map((other) => shareEqual(other, predicted) - shareEqual(other, before!));
    return { differs, support: sides.reduce((sum, side) => sum + side, 0) / others.length };
  });
}

function classShares(classes: ArrayLike<number>, nClasses: number): Float64Array {
  const shares = new Float64Array(nClasses);
  for (let i = 0; i < classes.length; i++) shares[classes[i]!]! += 1 / classes.length;
  return shares;
}

/** Total variation: half of Σ |p − q|. */
function distance(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < p.length; c++) sum += Math.abs(p[c]! - q[c]!);
  return sum / 2;
}

/** Share of entries that are equal. */
export function shareEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

function drawn(
  x: Matrix,
  most: number,
  random: { sample(n: number, count: number): Int32Array },
): { readonly x: DenseMatrix; readonly rows: Int32Array } {
  const rows =
    x.rows > most
      ? random.sample(x.rows, most).sort()
      : Int32Array.from({ length: x.rows }, (_, i) => i);
  return { x: toDense(x.rows > most ? selectRows(x, rows) : x), rows };
}

function at(values: ArrayLike<number>, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (i) => values[i]);
}

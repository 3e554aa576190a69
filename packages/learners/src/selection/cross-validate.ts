import {
  decodeLabels,
  type DenseMatrix,
  denseMatrix,
  type LabelledInput,
  type Learner,
  type ProblemInput,
  type RunOptions,
  selectRows,
  step,
  type Task,
  toProblem,
  trainingRows,
  type TrainingRows,
  TransferError,
} from '@graft-ml/core';
import { checkSize } from '../internal/check.js';
import { accuracy } from '../metrics/classification.js';
import { r2 } from '../metrics/regression.js';
import { stratifiedWithinDomain } from '../splitters/domains.js';
import { kFold, splitsOf, stratifiedKFold } from '../splitters/folds.js';

/** What a score is worked out from: rows that the model has not seen. */
export interface Judged {
  readonly task: Task;
  /** Encoded labels. */
  readonly actual: Float64Array;
  /** Encoded predictions. */
  readonly predicted: Float64Array;
  /** [rows, classes], where the model gives probabilities. */
  readonly probabilities?: DenseMatrix;
  readonly weights?: Float64Array;
}

/** How good predictions are; larger is better. */
export type Score = (judged: Judged) => number;

export interface CrossValidationOptions {
  /** The fold of every row, from a splitter, or a number of folds (default 5) dealt evenly within every class of every source. */
  readonly folds?: ArrayLike<number> | number;
  /** Default: accuracy for classes, R² for values, both by weight. */
  readonly score?: Score;
}

export interface CrossValidation {
  /** One score per fold. */
  readonly scores: readonly number[];
  readonly mean: number;
  /** Standard deviation of the scores over the root of their number. */
  readonly standardError: number;
  /** For every row the encoded prediction of the model that has not seen it. */
  readonly predictions: Float64Array;
  /** The same for probabilities [rows, classes], where the models give them. */
  readonly probabilities?: DenseMatrix;
}

/** Learns on all folds but one, judges by the one left out, and so on in turn.
 *
 * Data      labelled rows, or a problem: then the sources on top of each other, as learners take them
 * Errors    those of the learner; `SHAPE_MISMATCH` for folds of another number than rows; `INVALID_DATA` for a single fold
 * Paper     stone1974
 * Example   const { mean } = await crossValidate(new LogisticRegression(), { x, y });
 */
export async function crossValidate(
  learner: Learner,
  data: ProblemInput | LabelledInput,
  { folds, score = defaultScore }: CrossValidationOptions = {},
  run?: RunOptions,
): Promise<CrossValidation> {
  const who = 'crossValidate';
  const rows = trainingRows(who, data, ['classification', 'regression']);
  const splits = splitsOf(foldsOf(rows, data, folds, run?.seed));
  if (splits.length < 2) throw oneFold();
  const predictions = new Float64Array(rows.y.length);
  let probabilities: DenseMatrix | undefined;
  const scores: number[] = [];
  for (const { train, test } of splits) {
    const model = await learner.fit(labelled(rows, train), run);
    const x = selectRows(rows.x, test);
    const predicted = await model.predictEncoded(x, run);
    const shares = await model.predictProba?.(x, run);
    test.forEach((row, i) => (predictions[row] = predicted[i]));
    if (shares) {
      probabilities ??= denseMatrix(rows.y.length, shares.columns);
      placeRows(probabilities, shares, test);
    }
    scores.push(
      score({
        task: rows.task,
        actual: Float64Array.from(test, (i) => rows.y[i]),
        predicted,
        ...(shares ? { probabilities: shares } : {}),
        ...weightsAt(rows, test),
      }),
    );
    const done = scores.length;
    await step(run, who, { stage: 'validating', done, total: splits.length });
  }
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const squares = scores.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    scores,
    mean,
    standardError: Math.sqrt(squares / (scores.length - 1) / scores.length),
    predictions,
    ...(probabilities ? { probabilities } : {}),
  };
}

const defaultScore: Score = ({ task, actual, predicted, weights }) => {
  const given = weights ? { weights } : {};
  return task.kind === 'classification'
    ? accuracy(actual, predicted, given)
    : r2(actual, predicted, given);
};

function foldsOf(
  rows: TrainingRows,
  data: ProblemInput | LabelledInput,
  folds: ArrayLike<number> | number = 5,
  seed = 0,
): ArrayLike<number> {
  if (typeof folds !== 'number') {
    checkSize(folds, rows.y.length, 'crossValidate', 'folds');
    return folds;
  }
  if ('target' in data) return stratifiedWithinDomain(toProblem(data).sources, folds, seed);
  return rows.task.kind === 'classification'
    ? stratifiedKFold(rows.y, folds, seed)
    : kFold(rows.y.length, folds, seed);
}

function labelled(rows: TrainingRows, chosen: Int32Array): LabelledInput {
  const y = Float64Array.from(chosen, (i) => rows.y[i]);
  return {
    x: selectRows(rows.x, chosen),
    y: decodeLabels(rows.task, y),
    task: rows.task,
    ...weightsAt(rows, chosen),
  };
}

function weightsAt({ weights }: TrainingRows, chosen: Int32Array): { weights?: Float64Array } {
  return weights ? { weights: Float64Array.from(chosen, (i) => weights[i]) } : {};
}

function placeRows(all: DenseMatrix, some: DenseMatrix, at: Int32Array): void {
  const { columns } = all;
  at.forEach((row, i) => {
    all.data.set(some.data.subarray(i * columns, (i + 1) * columns), row * columns);
  });
}

function oneFold(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'crossValidate',
    message: 'all rows are in one fold, so nothing is left to learn from. Use at least two folds.',
    details: { argument: 'folds', reason: 'one-fold' },
  });
}

import type { TransferProblem } from './domain.js';
import { TransferError } from './errors.js';
import { stackRows, toMatrix, type Matrix, type MatrixInput } from './matrix.js';
import { checkWeights, type ProblemInput, toProblem } from './problem.js';
import { encodeLabels, inferTask, type Label, type Task, type TaskKind } from './task.js';

/** Labelled rows as a user writes them. */
export interface LabelledInput {
  readonly x: MatrixInput;
  readonly y: ArrayLike<Label>;
  /** One per row, not negative; default all 1. A row of weight 2 counts like the row twice, one of weight 0 like none. */
  readonly weights?: ArrayLike<number>;
  /** Overrides the guess from the labels, or fixes the classes and their order. */
  readonly task?: TaskKind | Task;
}

/** Rows ready to learn from. */
export interface TrainingRows {
  readonly task: Task;
  readonly x: Matrix;
  readonly y: Float64Array;
  /** Absent means all 1. */
  readonly weights?: Float64Array;
}

/** The rows a learner trains on: those given, or all sources of a problem on top of each other with their weights.
 *
 * Errors: `INVALID_DATA` without rows, without labels, with weights that are all zero; `UNSUPPORTED` for another task than
 * `tasks`; with `minClasses`, `INVALID_DATA` where fewer classes carry weight.
 */
export function trainingRows(
  who: string,
  input: ProblemInput | LabelledInput,
  tasks: readonly TaskKind[],
  minClasses = 1,
): TrainingRows {
  const rows =
    'target' in input ? fromProblem(who, toProblem(input, who)) : fromLabelled(who, input, tasks);
  if (!tasks.includes(rows.task.kind)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `serves ${tasks.join(' and ')}; these labels make a ${rows.task.kind} task. Choose another learner, or say { task: '${tasks[0]}' }.`,
      details: { capability: 'task', expected: tasks, received: rows.task.kind },
    });
  }
  if (rows.x.rows === 0) throw invalid(who, 'there are no rows to learn from.', 'no-rows');
  if (rows.task.kind === 'classification') checkClasses(who, rows, rows.task.classes, minClasses);
  return rows;
}

function fromProblem(who: string, { sources }: TransferProblem): TrainingRows {
  const labels = sources.map((source) => {
    if (source.y) return source.y;
    throw invalid(who, `needs labels, but "${source.name}" has none.`, 'labels-missing');
  });
  const x = sources.length === 1 ? sources[0]!.x : stackRows(sources.map((source) => source.x));
  const y = sources.length === 1 ? labels[0]! : concatenate(labels);
  const weights = sources.some((source) => source.weights)
    ? concatenate(
        sources.map((source) => source.weights ?? new Float64Array(source.x.rows).fill(1)),
      )
    : undefined;
  return { task: sources[0]!.task, x, y, ...(weights ? { weights } : {}) };
}

function fromLabelled(who: string, input: LabelledInput, tasks: readonly TaskKind[]): TrainingRows {
  const x = toMatrix(input.x, who, 'x');
  const only = tasks.length === 1 ? tasks[0] : undefined;
  const task =
    typeof input.task === 'object'
      ? input.task
      : inferTask(input.y, input.task ?? (only === 'regression' ? only : undefined));
  const y = encodeLabels(task, input.y, who, 'y');
  if (y.length !== x.rows) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"x" has ${x.rows} rows but "y" has ${y.length} labels.`,
      details: { argument: 'y', expected: x.rows, received: y.length },
    });
  }
  if (!input.weights) return { task, x, y };
  checkWeights(input.weights, x.rows, who, 'weights');
  return { task, x, y, weights: Float64Array.from(input.weights) };
}

function checkClasses(
  who: string,
  rows: TrainingRows,
  classes: readonly Label[],
  minClasses: number,
): void {
  const seen = new Set<number>();
  for (let i = 0; i < rows.y.length; i++) {
    if (!rows.weights || rows.weights[i]! > 0) seen.add(rows.y[i]!);
  }
  if (seen.size >= minClasses) return;
  const only = [...seen].map((c) => JSON.stringify(classes[c])).join(', ');
  throw invalid(
    who,
    `needs rows of at least ${minClasses} classes; all rows are of class ${only}.`,
    'one-class',
  );
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function invalid(who: string, message: string, reason: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message,
    details: { argument: 'y', reason },
  });
}

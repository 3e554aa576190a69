import { TransferError } from './errors.js';

export type TaskKind = 'classification' | 'regression';

/** A label as the user writes it: a class name or number, or the value of a regression. */
export type Label = string | number;

/** The label space Y of a task T = {Y, P(Y|X)}. */
export type Task = ClassificationTask | RegressionTask;

export interface ClassificationTask {
  readonly kind: 'classification';
  /** Class `c` is encoded as the number `c` in every `y`. Numbers ascending, then strings by code unit. */
  readonly classes: readonly Label[];
}

export interface RegressionTask {
  readonly kind: 'regression';
}

/** The task that labels speak of: regression where a number is not an integer, classification otherwise. `kind` overrides the guess. */
export function inferTask(labels: ArrayLike<Label>, kind?: TaskKind): Task {
  if (kind === 'regression') return { kind };
  const distinct = new Set<Label>();
  let whole = true;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    distinct.add(label);
    if (typeof label === 'number' && !Number.isInteger(label)) whole = false;
  }
  if (kind === undefined && !whole) return { kind: 'regression' };
  return { kind: 'classification', classes: [...distinct].sort(compareLabels) };
}

/** Turns labels into the numbers methods work on: class indices, or the values themselves. */
export function encodeLabels(
  task: Task,
  labels: ArrayLike<Label>,
  who: string,
  argument: string,
): Float64Array {
  const y = new Float64Array(labels.length);
  const index = new Map<Label, number>();
  if (task.kind === 'classification') task.classes.forEach((label, c) => index.set(label, c));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const code = task.kind === 'classification' ? index.get(label) : label;
    if (typeof code !== 'number' || !Number.isFinite(code))
      throw badLabel(task, label, i, who, argument);
    y[i] = code;
  }
  return y;
}

/** The labels behind encoded values. */
export function decodeLabels(task: Task, y: ArrayLike<number>): Label[] {
  return Array.from(y, (code) => (task.kind === 'classification' ? task.classes[code]! : code));
}

/** Tells whether two tasks have the same label space. */
export function sameLabelSpace(a: Task, b: Task): boolean {
  if (a.kind === 'regression' || b.kind === 'regression') return a.kind === b.kind;
  return (
    a.classes.length === b.classes.length && a.classes.every((label, c) => label === b.classes[c])
  );
}

function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function badLabel(
  task: Task,
  label: unknown,
  row: number,
  who: string,
  argument: string,
): TransferError {
  const shown =
    typeof label === 'number' ? String(label) : (JSON.stringify(label) ?? String(label));
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message:
      task.kind === 'regression'
        ? `"${argument}" must hold finite numbers; row ${row} is ${shown}.`
        : `"${argument}" holds ${shown} in row ${row}, which is none of the ${task.classes.length} known classes. A missing label is left out, not marked.`,
    details: { argument, reason: 'unknown-label', row, received: label },
  });
}

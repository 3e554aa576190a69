import type {
  FeatureKind,
  FeatureSpace,
  SourceDomain,
  TargetDomain,
  TransferProblem,
} from './domain.js';
import { TransferError } from './errors.js';
import { toMatrix, type Matrix, type MatrixInput } from './matrix.js';
import { encodeLabels, inferTask, type Label, type Task, type TaskKind } from './task.js';

export interface DomainInput {
  readonly x: MatrixInput;
  /** For reports and errors. Default `source` (`source 1`, … where there are several) and `target`. */
  readonly name?: string;
  /** Default `f0`, `f1`, … Domains with other names are other feature spaces. */
  readonly featureNames?: readonly string[];
  /** Default `numeric` for all. */
  readonly featureKinds?: readonly FeatureKind[];
}

export interface SourceInput extends DomainInput {
  readonly y?: ArrayLike<Label>;
  readonly weights?: ArrayLike<number>;
}

export interface TargetInput extends DomainInput {
  readonly labelled?: { readonly x: MatrixInput; readonly y: ArrayLike<Label> };
}

export interface PlainProblem {
  readonly source?: SourceInput;
  readonly sources?: readonly SourceInput[];
  readonly target: TargetInput;
  readonly pairs?: { readonly source: MatrixInput; readonly target: MatrixInput };
  /** Overrides the guess from the labels (integers and strings mean classes). */
  readonly task?: TaskKind;
}

/** What every strategy's `fit` accepts. */
export type ProblemInput = TransferProblem | PlainProblem;

/** Builds a checked transfer problem: matrices, encoded labels, feature spaces.
 *
 * Sources share one label space, the union of their labels. The target has the same one, unless its labelled rows hold
 * a label that no source has: then it has its own, and the label spaces differ (Y_S ≠ Y_T).
 * Errors: `SHAPE_MISMATCH` and `INVALID_DATA`, naming the argument, the row and the column.
 */
export function toProblem(input: ProblemInput, who = 'transferProblem'): TransferProblem {
  if ('type' in input) return input;
  const given = input.sources ?? (input.source ? [input.source] : []);
  if (given.length === 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: 'a transfer problem needs "source" or "sources"; received neither.',
      details: { argument: 'sources', reason: 'missing' },
    });
  }
  const labels = given.flatMap((source) => (source.y ? Array.from(source.y) : []));
  const targetLabels = input.target.labelled ? Array.from(input.target.labelled.y) : [];
  const sourceTask = inferTask(labels.length ? labels : targetLabels, input.task);
  const sources = given.map((source, k) => {
    const argument = given.length > 1 ? `sources[${k}]` : 'source';
    return toSource(
      source,
      sourceTask,
      given.length > 1 ? `source ${k + 1}` : 'source',
      who,
      argument,
    );
  });
  const target = toTarget(input.target, targetTaskOf(sourceTask, targetLabels, input.task), who);
  const pairs = input.pairs && {
    source: toMatrix(input.pairs.source, who, 'pairs.source'),
    target: toMatrix(input.pairs.target, who, 'pairs.target'),
  };
  if (pairs) checkPairs(pairs.source, pairs.target, sources[0]!, target, who);
  return { type: 'transfer-problem', sources, target, ...(pairs ? { pairs } : {}) };
}

function toSource(
  input: SourceInput,
  task: Task,
  name: string,
  who: string,
  argument: string,
): SourceDomain {
  const x = toMatrix(input.x, who, `${argument}.x`);
  const y = input.y && encodeLabels(task, input.y, who, `${argument}.y`);
  const weights = input.weights && Float64Array.from(input.weights);
  if (y) checkLength(y.length, x.rows, who, `${argument}.y`);
  if (weights) checkWeights(weights, x.rows, who, `${argument}.weights`);
  return {
    name: input.name ?? name,
    features: toFeatures(input, x, who, argument),
    x,
    task,
    ...(y ? { y } : {}),
    ...(weights ? { weights } : {}),
  };
}

function toTarget(input: TargetInput, task: Task, who: string): TargetDomain {
  const x = toMatrix(input.x, who, 'target.x');
  const features = toFeatures(input, x, who, 'target');
  const base = { name: input.name ?? 'target', features, x, task };
  if (!input.labelled) return base;
  const rows = toMatrix(input.labelled.x, who, 'target.labelled.x');
  const y = encodeLabels(task, input.labelled.y, who, 'target.labelled.y');
  checkLength(y.length, rows.rows, who, 'target.labelled.y');
  checkColumns(rows, x.columns, who, 'target.labelled.x');
  return { ...base, labelled: { x: rows, y } };
}

function targetTaskOf(
  sourceTask: Task,
  targetLabels: readonly Label[],
  kind: TaskKind | undefined,
): Task {
  if (sourceTask.kind === 'regression' || targetLabels.length === 0) return sourceTask;
  const known = new Set(sourceTask.classes);
  return targetLabels.every((label) => known.has(label))
    ? sourceTask
    : inferTask(targetLabels, kind);
}

function toFeatures(input: DomainInput, x: Matrix, who: string, argument: string): FeatureSpace {
  const names = input.featureNames ?? Array.from({ length: x.columns }, (_, j) => `f${j}`);
  const kinds = input.featureKinds ?? new Array<FeatureKind>(x.columns).fill('numeric');
  checkLength(names.length, x.columns, who, `${argument}.featureNames`);
  checkLength(kinds.length, x.columns, who, `${argument}.featureKinds`);
  return { names, kinds };
}

/** Refuses weights that are negative, not finite, all zero or of another number. */
export function checkWeights(
  weights: ArrayLike<number>,
  rows: number,
  who: string,
  argument: string,
): void {
  checkLength(weights.length, rows, who, argument);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0) || !Number.isFinite(weight)) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who,
        message: `"${argument}" must be finite and not negative; row ${i} is ${weight}.`,
        details: { argument, reason: 'negative-weight', row: i },
      });
    }
    sum += weight;
  }
  if (rows > 0 && sum === 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `"${argument}" are all zero: no row is left to learn from.`,
      details: { argument, reason: 'zero-weights' },
    });
  }
}

function checkLength(received: number, expected: number, who: string, argument: string): void {
  if (received === expected) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must have ${expected} entries; received ${received}.`,
    details: { argument, expected, received },
  });
}

function checkColumns(x: Matrix, expected: number, who: string, argument: string): void {
  if (x.columns === expected) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must have ${expected} columns like its domain; received ${x.columns}.`,
    details: { argument, expected, received: x.columns },
  });
}

function checkPairs(
  source: Matrix,
  target: Matrix,
  first: SourceDomain,
  domain: TargetDomain,
  who: string,
): void {
  checkLength(target.rows, source.rows, who, 'pairs.target');
  checkColumns(source, first.x.columns, who, 'pairs.source');
  checkColumns(target, domain.x.columns, who, 'pairs.target');
}

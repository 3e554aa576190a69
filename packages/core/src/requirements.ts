import { sameFeatureSpace, type SourceDomain, type TransferProblem } from './domain.js';
import { TransferError } from './errors.js';
import { toMatrix, type Matrix, type MatrixInput } from './matrix.js';
import { toProblem, type ProblemInput } from './problem.js';
import { checkAborted, type RunOptions } from './run.js';
import type { Setting } from './strategy.js';

/** A source whose labels are known to be there. */
export type LabelledSource = SourceDomain & { readonly y: Float64Array };

/** Builds the problem and refuses, before any work starts, one that the method is not for.
 *
 * Errors: `SHAPE_MISMATCH` for no rows or other feature spaces; `INVALID_DATA` for missing labels or pairs or a single class;
 * `UNSUPPORTED` for several sources or another task; `ABORTED`.
 */
export function prepareProblem(
  method: { readonly name: string; readonly setting: Setting },
  input: ProblemInput,
  run?: RunOptions,
): TransferProblem {
  const who = method.name;
  const { setting } = method;
  checkAborted(run, who);
  const problem = toProblem(input, who);
  const { sources, target } = problem;
  for (const domain of [...sources, target]) {
    if (domain.x.rows === 0) throw noRows(who, domain.name);
    if (domain.x.columns === 0) throw noColumns(who, domain.name);
  }
  if (setting.sources === 'one' && sources.length > 1) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `works with one source; received ${sources.length}. Stack them into one, or fit one model per source.`,
      details: { capability: 'sources', expected: 1, received: sources.length },
    });
  }
  if (setting.features === 'same')
    sources.forEach((source) => checkSameFeatures(who, source, problem));
  if (setting.sourceLabels === 'required') checkSourceLabels(who, setting, problem);
  if (setting.targetLabels === 'required' && !target.labelled?.y.length) {
    throw missing(
      who,
      'target.labelled',
      'needs some labelled target rows; received none. Give them as target.labelled: { x, y }.',
    );
  }
  if (setting.pairs === 'required' && !problem.pairs?.source.rows) {
    throw missing(
      who,
      'pairs',
      'needs rows known to correspond across domains; received none. Give them as pairs: { source, target }.',
    );
  }
  return problem;
}

/** The sources of a prepared problem with their labels; call it only where the setting requires them. */
export function labelledSources(problem: TransferProblem, who: string): readonly LabelledSource[] {
  return problem.sources.map((source) => {
    if (!source.y)
      throw missing(who, `${source.name}.y`, `needs labels, but "${source.name}" has none.`);
    return { ...source, y: source.y };
  });
}

/** New rows for a fitted object: finite, and with as many columns as it was fitted on. Zero rows are fine. */
export function checkRows(who: string, x: MatrixInput, expected: number): Matrix {
  const matrix = toMatrix(x, who, 'x');
  if (matrix.columns === expected || (matrix.rows === 0 && matrix.columns === 0)) {
    return matrix.columns === expected ? matrix : { ...matrix, columns: expected };
  }
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"x" must have the ${expected} columns it was fitted on; received ${matrix.columns}.`,
    details: { argument: 'x', expected, received: matrix.columns },
  });
}

function checkSameFeatures(who: string, source: SourceDomain, { target }: TransferProblem): void {
  if (sameFeatureSpace(source.features, target.features)) return;
  const counts = `"${source.name}" has ${source.x.columns} features, "${target.name}" has ${target.x.columns}`;
  const position = source.features.names.findIndex((name, j) => name !== target.features.names[j]);
  const names =
    source.x.columns === target.x.columns
      ? `feature ${position} is "${source.features.names[position]}" in "${source.name}" and "${target.features.names[position]}" in "${target.name}"`
      : counts;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `all domains must share one feature space, but ${names}. Bring the columns into one order, or put a heterogeneous mapper before this step.`,
    details: {
      argument: 'target.x',
      expected: source.features.names,
      received: target.features.names,
    },
  });
}

function checkSourceLabels(who: string, setting: Setting, { sources }: TransferProblem): void {
  for (const source of sources) {
    if (!source.y)
      throw missing(who, `${source.name}.y`, `needs source labels, but "${source.name}" has none.`);
    if (!setting.tasks.includes(source.task.kind)) {
      throw new TransferError({
        code: 'UNSUPPORTED',
        who,
        message: `serves ${setting.tasks.join(' and ')}; these labels make a ${source.task.kind} task.`,
        details: { capability: 'task', expected: setting.tasks, received: source.task.kind },
      });
    }
    if (source.task.kind === 'classification' && source.task.classes.length < 2) {
      throw missing(
        who,
        `${source.name}.y`,
        `needs at least two classes; all source rows are of class ${JSON.stringify(source.task.classes[0])}.`,
        'one-class',
      );
    }
  }
}

function missing(
  who: string,
  argument: string,
  message: string,
  reason = 'missing',
): TransferError {
  return new TransferError({ code: 'INVALID_DATA', who, message, details: { argument, reason } });
}

function noRows(who: string, domain: string): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${domain}" has no rows; at least one is needed.`,
    details: { argument: domain, expected: '≥ 1 row', received: 0 },
  });
}

function noColumns(who: string, domain: string): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${domain}" has no features; at least one is needed.`,
    details: { argument: domain, expected: '≥ 1 column', received: 0 },
  });
}

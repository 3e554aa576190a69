import {
  type FeatureKind,
  type Matrix,
  type RunOptions,
  sameFeatureSpace,
  type SourceDomain,
  step,
  type TargetDomain,
} from '@graft-ml/core';
import { eachEntry } from '../internal/entries.js';
import { inSourceCodes } from '../internal/source-codes.js';
import { type ContextTest, contextTests, type LeftOut } from './context-tests.js';
import { type FrequencyTest, frequencyTests } from './frequency-tests.js';

/** What features that count something say one by one: how often they occur, and with which classes. */
export interface OccurrenceShift {
  /** Frequency feature bias: one test per feature, in the order of the columns. */
  readonly frequency: readonly FrequencyTest[];
  readonly context: ContextShift;
  /** Count and binary features that were not looked at. */
  readonly leftOut: readonly LeftOut[];
}

/** Context feature bias: features that go with other classes in the target. */
export type ContextShift =
  | {
      readonly from: 'target labels';
      /** By feature, then by class. */
      readonly tests: readonly ContextTest[];
      /** Features that no outcome could have shown. */
      readonly leftOut: readonly LeftOut[];
    }
  | { readonly from: 'nothing'; readonly reason: string };

/** Tests features for frequency and context bias, on all rows and on values as they are.
 *
 * Looks at features that both domains call count or binary, with whole numbers ≥ 0 (binary: 0 and 1) that are not all 0.
 * Undefined with fewer than two of them, and where nothing of theirs occurs in one of the domains.
 */
export async function occurrenceShift(
  source: SourceDomain,
  target: TargetDomain,
  significance: number,
  run?: RunOptions,
): Promise<OccurrenceShift | undefined> {
  if (!sameFeatureSpace(source.features, target.features)) return undefined;
  const { names } = target.features;
  const { columns, leftOut } = countColumns(source, target);
  if (columns.length < 2 || !occurs(source.x, columns) || !occurs(target.x, columns)) {
    return undefined;
  }
  const frequency = frequencyTests(source.x, target.x, names, columns);
  await step(run, 'diagnose', { stage: 'frequency tests', done: columns.length });
  const context = await contextShift(source, target, columns, significance, run);
  return { frequency, context, leftOut };
}

async function contextShift(
  source: SourceDomain,
  target: TargetDomain,
  columns: ArrayLike<number>,
  significance: number,
  run?: RunOptions,
): Promise<ContextShift> {
  const nothing = (reason: string) => ({ from: 'nothing', reason }) as const;
  const { labelled } = target;
  if (!source.y) return nothing('The source has no labels.');
  if (source.task.kind === 'regression' || target.task.kind === 'regression') {
    return nothing('The test of context bias is for classes; for numbers there is none here.');
  }
  const y = inSourceCodes(source, target);
  if (!labelled || !y || y.length === 0) {
    return nothing('No target row is labelled: context bias needs labels of both domains.');
  }
  const { classes } = source.task;
  if (y.includes(classes.length)) {
    return nothing('The target has classes that the source lacks: label spaces differ.');
  }
  const setting = { names: target.features.names, columns, classes, significance };
  const rows = [
    { x: source.x, y: source.y },
    { x: labelled.x, y },
  ] as const;
  return { from: 'target labels', ...(await contextTests(...rows, setting, run)) };
}

function countColumns(source: SourceDomain, target: TargetDomain) {
  const { names, kinds } = target.features;
  const counts = (kind: FeatureKind) => kind === 'count' || kind === 'binary';
  const eligible = [...names.keys()].filter(
    (j) => counts(kinds[j]) && counts(source.features.kinds[j]),
  );
  const most = names.map((_, j) =>
    kinds[j] === 'binary' || source.features.kinds[j] === 'binary' ? 1 : Infinity,
  );
  const refused = new Set<number>();
  const seen = new Set<number>();
  const all = [source.x, target.x, ...(target.labelled ? [target.labelled.x] : [])];
  all.forEach((x, k) => {
    eachEntry(x, (_, j, value) => {
      if (value < 0 || value > most[j] || !Number.isInteger(value)) refused.add(j);
      else if (k < 2) seen.add(j);
    });
  });
  const leftOut = [
    [eligible.filter((j) => refused.has(j)), 'values that are no counts'],
    [eligible.filter((j) => !refused.has(j) && !seen.has(j)), 'in no row'],
  ] as const;
  return {
    columns: Int32Array.from(eligible.filter((j) => !refused.has(j) && seen.has(j))),
    leftOut: leftOut
      .filter(([group]) => group.length > 0)
      .map(([group, reason]) => ({ features: group.map((j) => names[j]), reason })),
  };
}

function occurs(x: Matrix, columns: ArrayLike<number>): boolean {
  const wanted = new Set(Array.from(columns));
  let found = false;
  eachEntry(x, (_, j) => (found ||= wanted.has(j)));
  return found;
}

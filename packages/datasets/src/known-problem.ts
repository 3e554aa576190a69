import type { DenseMatrix, FeatureKind, TaskKind } from '@graft-ml/core';
import { tableOf } from './format-table.js';
import type { Table } from './table.js';

/** Rows of one domain as the generators make them. */
export interface MadeDomain {
  readonly name: string;
  readonly x: DenseMatrix;
  readonly featureNames: readonly string[];
  readonly featureKinds?: readonly FeatureKind[];
}

/** A source, fully labelled. */
export interface MadeSource extends MadeDomain {
  readonly y: Float64Array;
}

/** A target: unlabelled rows and, in some problems, a few labelled ones beside them. */
export interface MadeTarget extends MadeDomain {
  readonly labelled?: { readonly x: DenseMatrix; readonly y: Float64Array };
}

/** A problem with one source, ready for `toProblem` and every `fit`. */
export interface MadeProblem {
  readonly source: MadeSource;
  readonly target: MadeTarget;
  /** Rows of the same things in both domains, where some are known. */
  readonly pairs?: { readonly source: DenseMatrix; readonly target: DenseMatrix };
  readonly task: TaskKind;
}

/** A problem with several sources. */
export interface MadeMultiProblem {
  readonly sources: readonly MadeSource[];
  readonly target: MadeTarget;
  readonly task: TaskKind;
}

/** A problem together with what a real one keeps secret. Strategies get `problem` alone. */
export interface KnownProblem<P = MadeProblem> {
  readonly problem: P;
  readonly evaluation: {
    /** The label of each row of `problem.target.x`. */
    readonly y: Float64Array;
  };
}

/** The source and the target as tables with the labels in a column called `label`, to be written as CSV files.
 *
 * The target's labels are those for evaluation.
 * Example   await writeTable('source.csv', knownProblemTables(digitsDemo(), 'digit').source);
 */
export function knownProblemTables(
  { problem, evaluation }: KnownProblem,
  label = 'label',
): { readonly source: Table; readonly target: Table } {
  const { source, target } = problem;
  return {
    source: tableOf(source.name, source.x, source.featureNames, { name: label, values: source.y }),
    target: tableOf(target.name, target.x, target.featureNames, {
      name: label,
      values: evaluation.y,
    }),
  };
}

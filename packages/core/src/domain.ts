import type { Matrix } from './matrix.js';
import type { Task } from './task.js';

export type FeatureKind = 'numeric' | 'count' | 'binary' | 'categorical';

/** The feature space X of a domain D = {X, P(X)}. Two spaces are the same when their names are, in order. */
export interface FeatureSpace {
  readonly names: readonly string[];
  readonly kinds: readonly FeatureKind[];
}

/** A sample of P(X) over a feature space. */
export interface Domain {
  readonly name: string;
  readonly features: FeatureSpace;
  /** [rows, features]. */
  readonly x: Matrix;
}

/** Where labelled data is plentiful. */
export interface SourceDomain extends Domain {
  readonly task: Task;
  /** One encoded label per row of `x`; absent where the source is not labelled. */
  readonly y?: Float64Array;
  /** One weight per row of `x`, mean 1 unless said otherwise; absent means all 1. */
  readonly weights?: Float64Array;
}

/** Rows with encoded labels. */
export interface LabelledRows {
  readonly x: Matrix;
  readonly y: Float64Array;
}

/** Where the model shall work: unlabelled rows in `x` and, where there are any, a few labelled ones beside them. */
export interface TargetDomain extends Domain {
  readonly task: Task;
  readonly labelled?: LabelledRows;
}

/** Rows known to describe the same things in both domains: row `i` of one corresponds to row `i` of the other. */
export interface PairedRows {
  readonly source: Matrix;
  readonly target: Matrix;
}

/** What is known before transfer. Labels kept for evaluation have no place in it. */
export interface TransferProblem {
  readonly type: 'transfer-problem';
  /** At least one. */
  readonly sources: readonly SourceDomain[];
  readonly target: TargetDomain;
  /** Pairs between the first source and the target. */
  readonly pairs?: PairedRows;
}

/** Which domain rows come from; `'source'` means the first source. */
export type DomainRef = 'source' | 'target' | { readonly source: number };

/** The position in `problem.sources` that `domain` points to, or `'target'`. */
export function resolveDomain(domain: DomainRef): number | 'target' {
  return domain === 'target' ? 'target' : domain === 'source' ? 0 : domain.source;
}

/** Tells whether two feature spaces have the same names in the same order. */
export function sameFeatureSpace(a: FeatureSpace, b: FeatureSpace): boolean {
  return a.names.length === b.names.length && a.names.every((name, j) => name === b.names[j]);
}

/** A numeric feature space with names `prefix 1`, `prefix 2`, … */
export function numberedFeatures(count: number, prefix: string): FeatureSpace {
  return {
    names: Array.from({ length: count }, (_, j) => `${prefix} ${j + 1}`),
    kinds: new Array<FeatureKind>(count).fill('numeric'),
  };
}

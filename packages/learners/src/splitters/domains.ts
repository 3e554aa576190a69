import {
  type ProblemInput,
  type SourceDomain,
  toProblem,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';
import { stratifiedKFold } from './folds.js';

/** A problem whose target is one of the old sources, and the labels kept back to judge by. */
export interface DomainSplit {
  /** Name of the source that plays the target. */
  readonly heldOut: string;
  readonly problem: TransferProblem;
  /** Encoded labels of the target rows; no part of the problem. */
  readonly labels: Float64Array;
}

/** Each source once as the target, its labels kept back, with the others as sources: how well does what is learned carry over to a domain not seen?
 *
 * Errors: `INVALID_DATA` with fewer than two sources or a source without labels.
 * Paper: gulrajani2021 (leave-one-domain-out validation).
 */
export function leaveOneDomainOut(input: ProblemInput): DomainSplit[] {
  const who = 'leaveOneDomainOut';
  const { sources } = toProblem(input, who);
  checkSeveral(who, sources);
  return sources.map((source, held) => {
    if (!source.y) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who,
        message: `needs labels, but "${source.name}" has none.`,
        details: { argument: `sources[${held}].y`, reason: 'labels-missing' },
      });
    }
    const { name, features, x, task } = source;
    return {
      heldOut: name,
      problem: {
        type: 'transfer-problem',
        sources: sources.filter((_, k) => k !== held),
        target: { name, features, x, task },
      },
      labels: source.y,
    };
  });
}

/** One fold per source, for rows stacked source by source: `crossValidate` and the searches then learn on all domains but one and judge by that one.
 *
 * Returns one fold per row, in the order in which learners stack the sources. Errors: `INVALID_DATA` with fewer than two sources.
 * Example   await gridSearch(make, grid, problem, { folds: domainFolds(problem.sources) });
 */
export function domainFolds(sources: readonly SourceDomain[]): Int32Array {
  checkSeveral('domainFolds', sources);
  return Int32Array.from(sources.flatMap(({ x }, k) => new Array<number>(x.rows).fill(k)));
}

/** Folds for rows stacked source by source, dealt evenly within every class of every source: no fold lacks a domain or a class it could have.
 *
 * Returns one fold per row, in the order in which learners stack the sources. Sources without labels, and regression, are dealt within the source alone.
 */
export function stratifiedWithinDomain(
  sources: readonly SourceDomain[],
  nFolds: number,
  seed = 0,
): Int32Array {
  const nClasses = Math.max(
    1,
    ...sources.map(({ task }) => (task.kind === 'classification' ? task.classes.length : 1)),
  );
  const strata: number[] = [];
  sources.forEach(({ x, y, task }, k) => {
    for (let i = 0; i < x.rows; i++) {
      strata.push(k * nClasses + (y && task.kind === 'classification' ? y[i] : 0));
    }
  });
  return stratifiedKFold(strata, nFolds, seed);
}

function checkSeveral(who: string, sources: readonly SourceDomain[]): void {
  if (sources.length >= 2) return;
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `needs at least two sources; received ${sources.length}. Split within the domain instead.`,
    details: { argument: 'sources', expected: '≥ 2', received: sources.length },
  });
}

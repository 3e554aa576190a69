import { TransferError, type PairedRows, type TransferProblem } from '@graft-ml/core';

/** The pairs of a problem that was prepared by a setting with `pairs: 'required'`. */
export function pairedRows(problem: TransferProblem, who: string): PairedRows {
  if (problem.pairs) return problem.pairs;
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: 'needs rows known to correspond across domains; received none.',
    details: { argument: 'pairs', reason: 'missing' },
  });
}

/** The error for pairs that say nothing about how the domains correspond. */
export function emptyPairs(who: string, problem: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `${problem}, so they do not say how the domains correspond. Give more, and different, pairs.`,
    details: { argument: 'pairs', reason: 'uninformative' },
  });
}

/** The number of components to keep: all that are supported, or those asked for. Errors: `INVALID_OPTION` for more than there are. */
export function checkCount(who: string, asked: number | 'all', supported: number): number {
  if (asked === 'all') return supported;
  if (asked <= supported) return asked;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"nComponents" must be at most ${supported}, which is what the paired rows support; received ${asked}. Give more pairs, or ask for fewer.`,
    details: { option: 'nComponents', expected: supported, received: asked },
  });
}

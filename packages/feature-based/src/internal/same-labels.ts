import {
  type LabelledRows,
  sameLabelSpace,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';

/** The labelled target rows of a prepared problem, for a method that learns from them and the sources with one label space.
 *
 * Errors: `UNSUPPORTED` where a target label is one that no source has.
 */
export function labelledTarget(who: string, { sources, target }: TransferProblem): LabelledRows {
  if (sameLabelSpace(sources[0].task, target.task) && target.labelled) return target.labelled;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message:
      'learns from source and target rows together, so both need the same labels; the labelled target rows hold one that no source has. Map the labels first, or learn from the target rows alone.',
    details: { capability: 'label spaces', expected: sources[0].task, received: target.task },
  });
}

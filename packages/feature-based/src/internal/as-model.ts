import { type Fitted, Model, TransferError } from '@graft-ml/core';

/** A restored part that has to be a model. Errors: `INVALID_ARTEFACT`. */
export function asModel(who: string, part: Fitted): Model {
  if (part instanceof Model) return part;
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: 'cannot be read back: a part that should be a model is none.',
  });
}

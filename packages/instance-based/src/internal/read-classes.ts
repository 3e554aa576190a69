import { type JsonValue, type Label, TransferError } from '@graft-ml/core';

/** The class labels in a state. Errors: `INVALID_ARTEFACT`. */
export function readClasses(who: string, json: JsonValue): readonly Label[] {
  const isLabel = (value: JsonValue): value is Label =>
    typeof value === 'string' || typeof value === 'number';
  if (Array.isArray(json) && json.every(isLabel)) return json;
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: 'cannot be read back: "classes" is not a list of labels.',
  });
}

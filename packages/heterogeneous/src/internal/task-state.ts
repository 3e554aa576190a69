import {
  type JsonValue,
  type Label,
  type StateReader,
  type Task,
  TransferError,
} from '@graft-ml/core';

/** A classification task as a plain value: its classes. */
export function taskValue(task: Task): JsonValue {
  return task.kind === 'classification' ? [...task.classes] : null;
}

/** Reads what {@link taskValue} wrote under the name `task`. Errors: `INVALID_ARTEFACT`. */
export function readTask(reader: StateReader, who: string): Task {
  const classes = reader.value('task');
  const isLabel = (value: JsonValue): value is Label =>
    typeof value === 'string' || typeof value === 'number';
  if (Array.isArray(classes) && classes.every(isLabel)) return { kind: 'classification', classes };
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: 'cannot be read back: "task" is not a list of labels.',
  });
}

import type { JsonValue, Label, StateReader, Task } from '@graft-ml/core';
import { TransferError } from '@graft-ml/core';

/** A task as a plain value: its classes, or null for a regression. */
export function taskValue(task: Task): JsonValue {
  return task.kind === 'classification' ? [...task.classes] : null;
}

/** Reads what {@link taskValue} wrote under the name `task`. Errors: `INVALID_ARTEFACT`. */
export function readTask(reader: StateReader): Task {
  const classes = reader.value('task');
  if (classes === null) return { kind: 'regression' };
  if (Array.isArray(classes) && classes.every(isLabel)) return { kind: 'classification', classes };
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who: 'restore',
    message: 'cannot be read back: "task" is not a list of labels.',
  });
}

function isLabel(value: JsonValue): value is Label {
  return typeof value === 'string' || typeof value === 'number';
}

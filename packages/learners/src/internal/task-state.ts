import type { FittedState, JsonValue, StateArray, StateReader } from '@graft-ml/core';
import {
  type ClassificationTask,
  type Label,
  type Matrix,
  type SparseMatrix,
  type Task,
  TransferError,
} from '@graft-ml/core';

/** A task as a plain value: its classes, or null for a regression. */
export function taskValue(task: Task): JsonValue {
  return task.kind === 'classification' ? [...task.classes] : null;
}

/** Reads what {@link taskValue} wrote under the name `classes`. Errors: `INVALID_ARTEFACT`. */
export function readTask(state: FittedState, reader: StateReader): Task {
  const classes = reader.value('classes');
  if (classes === null) return { kind: 'regression' };
  if (Array.isArray(classes) && classes.every(isLabel)) return { kind: 'classification', classes };
  throw badState(state, '"classes" is not a list of labels');
}

/** As {@link readTask}, for what can only be a classification. */
export function readClassification(state: FittedState, reader: StateReader): ClassificationTask {
  const task = readTask(state, reader);
  if (task.kind === 'classification') return task;
  throw badState(state, 'its classes are missing');
}

/** The arrays that hold a matrix of either format, under names that begin with `name`. */
export function matrixArrays(name: string, x: Matrix): Record<string, StateArray> {
  if (x.format === 'dense') return { [name]: { shape: [x.rows, x.columns], data: x.data } };
  const { rowStarts, columnIndices, values } = x;
  return {
    [`${name} row starts`]: { shape: [rowStarts.length], data: Float64Array.from(rowStarts) },
    [`${name} columns`]: { shape: [values.length], data: Float64Array.from(columnIndices) },
    [`${name} values`]: { shape: [values.length], data: values },
  };
}

/** Reads what {@link matrixArrays} wrote. Errors: `INVALID_ARTEFACT`. */
export function readMatrix(
  state: FittedState,
  reader: StateReader,
  name: string,
  columns: number,
): Matrix {
  if (reader.has(name)) return reader.matrix(name, -1, columns);
  const rowStarts = Int32Array.from(reader.array(`${name} row starts`, -1));
  const values = reader.array(`${name} values`, -1);
  const columnIndices = Int32Array.from(reader.array(`${name} columns`, values.length));
  const rows = rowStarts.length - 1;
  const sparse: SparseMatrix = { format: 'csr', rows, columns, rowStarts, columnIndices, values };
  if (!isSound(sparse)) throw badState(state, `the sparse rows "${name}" do not fit together`);
  return sparse;
}

function isSound({ rows, columns, rowStarts, columnIndices, values }: SparseMatrix): boolean {
  if (rowStarts[0] !== 0 || rowStarts[rows] !== values.length) return false;
  for (let i = 0; i < rows; i++) if (rowStarts[i] > rowStarts[i + 1]) return false;
  return columnIndices.every((column) => column >= 0 && column < columns);
}

function isLabel(value: JsonValue): value is Label {
  return typeof value === 'string' || typeof value === 'number';
}

function badState({ id, version }: FittedState, problem: string): TransferError {
  return new TransferError({
    code: 'INVALID_ARTEFACT',
    who: id,
    message: `cannot be read back: ${problem}.`,
    details: { id, version },
  });
}

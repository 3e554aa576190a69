import type { ErrorCode } from './errors.js';
import { TransferError } from './errors.js';
import type { LinearAlgebra } from './linear-algebra.js';

export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** Something a user should know although the work went through. Plain JSON, so that it can be saved. */
export type Warning = {
  /** `ESS_LOW`, `DOMAINS_SEPARABLE`, `NOT_CONVERGED`, `CLASS_MISSING`, `MADE_DENSE`, … */
  readonly code: string;
  /** What was seen and what to do. */
  readonly message: string;
};

/** How a fit went. Plain JSON, so that it can be saved. */
export type Diagnostics = {
  readonly warnings: readonly Warning[];
  readonly iterations?: number;
  readonly converged?: boolean;
  /** Why the iteration ended, in words. */
  readonly stopReason?: string;
  /** Whatever else the method has to tell: objective, effective sample size, a trace per iteration. */
  readonly facts?: JsonObject;
};

export interface StateArray {
  readonly shape: readonly number[];
  readonly data: Float64Array | Int32Array;
}

/** Everything needed to bring a fitted object back: plain values, named arrays and the states of its parts. Versioned by its class. */
export interface FittedState {
  /** Id of the class that wrote it and can read it. */
  readonly id: string;
  readonly version: number;
  readonly values: JsonObject;
  readonly arrays: Readonly<Record<string, StateArray>>;
  readonly parts: Readonly<Record<string, FittedState>>;
}

/** What a class's `restore` may use. */
export interface RestoreContext {
  readonly linearAlgebra: LinearAlgebra;
  /** Brings back a part, whatever class it is of. */
  restore(state: FittedState): Fitted;
}

/** What `fit` returns: plain data with methods, independent of the strategy that made it. */
export abstract class Fitted {
  abstract readonly diagnostics: Diagnostics;
  abstract toState(): FittedState;

  /** The state with arrays as lists of numbers, for `JSON.stringify`; {@link stateFromJson} reads it back exactly, but for the sign of zero. */
  toJSON(): JsonObject {
    return stateToJson(this.toState());
  }
}

export function stateToJson(state: FittedState): JsonObject {
  const { id, version, values } = state;
  const arrays: Record<string, JsonObject> = {};
  for (const [name, { shape, data }] of Object.entries(state.arrays)) {
    arrays[name] = {
      shape,
      type: data instanceof Int32Array ? 'int32' : 'float64',
      data: Array.from(data),
    };
  }
  const parts: Record<string, JsonObject> = {};
  for (const [name, part] of Object.entries(state.parts)) parts[name] = stateToJson(part);
  return { id, version, values, arrays, parts };
}

/** Reads what {@link stateToJson} wrote. Errors: `INVALID_ARTEFACT` where anything is missing or of the wrong size. */
export function stateFromJson(json: JsonValue): FittedState {
  const { id, version, values, arrays, parts } = asObject(json, 'the state');
  if (typeof id !== 'string' || typeof version !== 'number')
    throw badState('"id" and "version" are missing');
  const read: Record<string, StateArray> = {};
  for (const [name, array] of Object.entries(asObject(arrays, 'arrays')))
    read[name] = arrayFromJson(name, array);
  const children: Record<string, FittedState> = {};
  for (const [name, part] of Object.entries(asObject(parts, 'parts')))
    children[name] = stateFromJson(part);
  return { id, version, values: asObject(values, 'values'), arrays: read, parts: children };
}

function arrayFromJson(name: string, json: JsonValue): StateArray {
  const { shape, type, data } = asObject(json, `array "${name}"`);
  if (!isNumbers(shape) || !isNumbers(data) || shape.reduce((a, b) => a * b, 1) !== data.length) {
    throw badState(`array "${name}" does not fit its shape`);
  }
  return { shape, data: type === 'int32' ? Int32Array.from(data) : Float64Array.from(data) };
}

function isNumbers(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

function asObject(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badState(`${what} is not an object`);
  return value as JsonObject;
}

function badState(problem: string): TransferError {
  const code: ErrorCode = 'INVALID_ARTEFACT';
  return new TransferError({
    code,
    who: 'stateFromJson',
    message: `${problem}. The file is damaged or was not written by Graft.`,
  });
}

import {
  type Fitted,
  type FittedState,
  type JsonObject,
  type StateArray,
  stateFromJson,
  TransferError,
} from '@graft-ml/core';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { Toolkit } from './toolkit.js';

const formatVersion = 1;

/** What travels beside a fitted object: where it came from, in plain JSON. */
export type ArtefactInfo = JsonObject;

/** Saves a fitted object as one safetensors file: arrays as they are, everything else as versioned JSON in its metadata.
 *
 * Example   writeFileSync('model.safetensors', saveArtefact(model, { recipe: 'coral' }));
 */
export function saveArtefact(fitted: Fitted, info: ArtefactInfo = {}): Uint8Array {
  const tensors: Record<string, StateArray> = {};
  const description = { formatVersion, state: describe(fitted.toState(), '', tensors), info };
  return encodeSafetensors({
    metadata: { format: 'graft', graft: JSON.stringify(description) },
    tensors,
  });
}

/** Loads what {@link saveArtefact} wrote. Everything is validated and no code in the file is ever run.
 *
 * Errors: `INVALID_ARTEFACT` for a damaged or foreign file, `UNKNOWN_STRATEGY` for a method the toolkit does not have.
 */
export function loadArtefact(
  bytes: Uint8Array,
  toolkit: Toolkit,
): { fitted: Fitted; info: ArtefactInfo } {
  const { metadata, tensors } = decodeSafetensors(bytes);
  if (metadata['format'] !== 'graft' || !metadata['graft'])
    throw invalid('it was not written by Graft');
  let description: unknown;
  try {
    description = JSON.parse(metadata['graft']);
  } catch (cause) {
    throw invalid('its description is not JSON', cause);
  }
  const {
    formatVersion: version,
    state,
    info,
  } = description as { formatVersion?: number; state?: JsonObject; info?: JsonObject };
  if (version !== formatVersion)
    throw invalid(`its format version is ${String(version)}, this Graft reads ${formatVersion}`);
  const used = new Set<string>();
  const restored = rebuild(stateFromJson(state ?? null), '', tensors, used);
  const left = Object.keys(tensors).find((name) => !used.has(name));
  if (left) throw invalid(`array "${left}" belongs to nothing`);
  return { fitted: toolkit.restore(restored), info: info ?? {} };
}

function describe(
  state: FittedState,
  path: string,
  tensors: Record<string, StateArray>,
): JsonObject {
  for (const [name, array] of Object.entries(state.arrays)) tensors[path + name] = array;
  const parts = Object.entries(state.parts).map(([name, part]) => [
    name,
    describe(part, `${path}${name}/`, tensors),
  ]);
  const arrays = Object.keys(state.arrays);
  return {
    id: state.id,
    version: state.version,
    values: { ...state.values, [arrayNames]: arrays },
    arrays: {},
    parts: Object.fromEntries(parts) as JsonObject,
  };
}

const arrayNames = '#arrays';

function rebuild(
  state: FittedState,
  path: string,
  tensors: TensorFileArrays,
  used: Set<string>,
): FittedState {
  const { [arrayNames]: names, ...values } = state.values;
  const arrays: Record<string, StateArray> = {};
  for (const name of Array.isArray(names) ? names : []) {
    const array = tensors[path + String(name)];
    if (!array) throw invalid(`array "${path}${String(name)}" is missing`);
    used.add(path + String(name));
    arrays[String(name)] = array;
  }
  const parts = Object.entries(state.parts).map(([name, part]) => [
    name,
    rebuild(part, `${path}${name}/`, tensors, used),
  ]);
  return {
    ...state,
    values,
    arrays,
    parts: Object.fromEntries(parts) as Record<string, FittedState>,
  };
}

type TensorFileArrays = Readonly<Record<string, StateArray>>;

function invalid(problem: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'INVALID_ARTEFACT',
    who: 'loadArtefact',
    message: `this file cannot be loaded: ${problem}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

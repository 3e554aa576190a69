import type { TensorEngine } from '@graft-ml/core';
import { asTfjs } from './tfjs.js';

const guarded = Symbol.for('@graft-ml/guarded');

/** Lets `check` run before each of the backend's methods `names`, with the method's arguments, so that it can refuse the call
 * with an error of its own. Doing it twice changes nothing. */
export function guardMethods(
  backend: object,
  names: readonly string[],
  check: (values: readonly unknown[]) => void,
): void {
  const owner = backend as Record<string | symbol, unknown>;
  if (owner[guarded]) return;
  owner[guarded] = true;
  for (const name of names) {
    const original = owner[name] as (...values: unknown[]) => unknown;
    owner[name] = (...values: unknown[]) => {
      check(values);
      return original.apply(backend, values);
    };
  }
}

/** The object with which TensorFlow.js computes on the backend `name`, which must be running. */
export function backendObject(tensors: TensorEngine, name: string): object {
  return asTfjs(tensors, name).engine().findBackend(name);
}

import type { AnyMethod } from '@graft-ml/core';

/** Any exported method: a class with `id`, `summary`, `setting`, `schema` and `restore`. */
export type Method = AnyMethod;

/** One promise a method makes, and how to see whether it keeps it. */
export interface Check {
  /** A short stable name, `inputs-untouched` say. */
  readonly name: string;
  /** The promise in a sentence. */
  readonly promise: string;
  /** Why the check has nothing to say about this method; undefined where it applies. Decided by the method's static data and what an instance produces. */
  skip?(method: Method): string | undefined;
  /** Throws {@link ConformanceError} where the promise is broken. */
  run(method: Method): Promise<void>;
}

/** A broken promise. */
export class ConformanceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConformanceError';
  }
}

export function expectThat(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message);
}

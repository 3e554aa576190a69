/** A typed name for something that is handed in. Equal ids name the same thing, also across two installed copies. */
export interface Token<T> {
  readonly id: string;
  /** Carries the type only; never present at run time. */
  readonly type?: (value: T) => T;
}

/** Makes the token called `id`. */
/* @__NO_SIDE_EFFECTS__ */
export function token<T>(id: string): Token<T> {
  return Object.freeze({ id: `@graft-ml/${id}` });
}

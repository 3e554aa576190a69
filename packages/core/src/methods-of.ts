import type { Estimator, MethodClass, ProblemStrategy } from './strategy.js';

/** Any exported method, whatever its options. */
export type AnyMethod = MethodClass<ProblemStrategy | Estimator>;

/** The methods among the exports of a module: classes with an `id`, a `setting` and a `restore`. No list is kept by hand. */
export function methodsOf(module: object): readonly AnyMethod[] {
  return Object.values(module).filter(
    (value: unknown): value is AnyMethod =>
      typeof value === 'function' && 'id' in value && 'setting' in value && 'restore' in value,
  );
}

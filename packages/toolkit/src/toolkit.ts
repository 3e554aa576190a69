import type {
  AnyMethod,
  Estimator,
  Fitted,
  FittedState,
  ProblemStrategy,
  Token,
} from '@graft-ml/core';
import { LinearAlgebraToken, suggest, TransferError } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import type { DependencyContainer } from 'tsyringe';
import { type Binding, childContainer, type Container } from './container.js';
import { FittedPipeline } from './fitted-pipeline.js';
import { PipelineModel } from './pipeline-model.js';

export interface ToolkitSetup<M extends readonly AnyMethod[]> {
  readonly methods: M;
  /** Values for the tokens that methods name in `needs`; each has a default of its own. */
  readonly bindings?: readonly Binding[];
  /** Methods of the same id as an earlier one: refused unless this says which to replace. */
  readonly override?: readonly string[];
  /** Your own tsyringe container; Graft makes a child of it and never changes it. */
  readonly container?: DependencyContainer;
}

type ById<M extends readonly AnyMethod[], Id extends string> = Extract<
  M[number],
  { readonly id: Id }
>;
type Instance<C> = C extends new (...args: never[]) => infer S ? S : never;
type Options<C> = C extends new (options?: infer O, ...rest: never[]) => unknown ? O : never;

/** Methods by id, wired to the engines and learners that were handed in. Immutable: {@link Toolkit.with} makes another. */
export class Toolkit<const M extends readonly AnyMethod[] = readonly AnyMethod[]> {
  readonly methods: M;
  readonly #setup: ToolkitSetup<M>;
  readonly #byId: ReadonlyMap<string, AnyMethod>;
  readonly #container: Container;

  constructor(setup: ToolkitSetup<M>) {
    this.#setup = setup;
    this.methods = setup.methods;
    this.#byId = register(setup.methods, setup.override ?? []);
    this.#container = childContainer(setup.bindings ?? [], setup.container);
  }

  /** Makes the method called `id` with its needs filled in. Errors: `UNKNOWN_STRATEGY` (lists the nearest), `INVALID_OPTION`. */
  create<Id extends M[number]['id']>(
    id: Id,
    options?: Options<ById<M, Id>>,
  ): Instance<ById<M, Id>> {
    return this.make(id, options) as Instance<ById<M, Id>>;
  }

  /** {@link Toolkit.create} for names that are known at run time only. `overrides` win over bindings, by constructor name. */
  make(
    name: string,
    options?: object,
    overrides: Readonly<Record<string, unknown>> = {},
  ): ProblemStrategy | Estimator {
    const Method = this.find(name);
    const dependencies: Record<string, unknown> = {};
    for (const [name, needed] of Object.entries(Method.needs)) {
      const value = overrides[name] ?? this.#container.resolve(needed as Token<unknown>);
      if (value !== undefined) dependencies[name] = value;
    }
    return new Method(options, dependencies as never);
  }

  /** The class called `name`: a full id, or a last part that only one method has. */
  find(name: string): AnyMethod {
    const exact = this.#byId.get(name);
    if (exact) return exact;
    const matches = [...this.#byId.values()].filter(({ id }) => shortName(id) === name);
    if (matches.length === 1) return matches[0]!;
    const known = [...this.#byId.keys()];
    const near =
      matches.length > 1
        ? matches.map(({ id }) => id)
        : suggest(name, [...known.map(shortName), ...known]);
    throw new TransferError({
      code: 'UNKNOWN_STRATEGY',
      who: 'Toolkit',
      message: `${matches.length > 1 ? 'several methods are' : 'no method is'} called "${name}". ${near.length ? `Did you mean ${near.join(', ')}?` : `Known: ${known.join(', ')}.`}`,
      details: { id: name, near, known },
    });
  }

  /** The value bound to a token, if any. */
  get<T>(token: Token<T>): T | undefined {
    return this.#container.resolve(token);
  }

  /** Brings back a fitted object from its state. Errors: `UNKNOWN_STRATEGY`, `INVALID_ARTEFACT`. */
  restore(state: FittedState): Fitted {
    const linearAlgebra = this.get(LinearAlgebraToken) ?? referenceLinearAlgebra;
    const context = { linearAlgebra, restore: (part: FittedState) => this.restore(part) };
    if (state.id === FittedPipeline.id) return FittedPipeline.restore(state, context);
    if (state.id === PipelineModel.id) return PipelineModel.restore(state, context);
    return this.find(state.id).restore(state, context);
  }

  /** A new toolkit with more methods and bindings; later bindings win. */
  with<const N extends readonly AnyMethod[]>(
    more: Partial<ToolkitSetup<N>>,
  ): Toolkit<readonly [...M, ...N]> {
    return new Toolkit<readonly [...M, ...N]>({
      ...this.#setup,
      methods: [...this.methods, ...((more.methods ?? []) as N)],
      bindings: [...(this.#setup.bindings ?? []), ...(more.bindings ?? [])],
      override: [...(this.#setup.override ?? []), ...(more.override ?? [])],
      ...(more.container ? { container: more.container } : {}),
    });
  }

  /** Lets go of what the container made. */
  dispose(): void {
    this.#container.dispose();
  }
}

/** Wires methods and engines together; the only place that does.
 *
 * Example   const kit = createToolkit({ methods: [Coral, LogisticRegression] });
 *           const coral = kit.create('feature-based/coral', { regularization: 0.1 });
 * Errors    DUPLICATE_REGISTRATION where two methods have one id.
 */
export function createToolkit<const M extends readonly AnyMethod[]>(
  setup: ToolkitSetup<M>,
): Toolkit<M> {
  return new Toolkit(setup);
}

/** `coral` of `feature-based/coral`. */
export function shortName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function register(
  methods: readonly AnyMethod[],
  override: readonly string[],
): Map<string, AnyMethod> {
  const byId = new Map<string, AnyMethod>();
  for (const Method of methods) {
    if (byId.has(Method.id) && !override.includes(Method.id)) {
      throw new TransferError({
        code: 'DUPLICATE_REGISTRATION',
        who: 'createToolkit',
        message: `"${Method.id}" is registered twice. Give one of them another id, or name it in "override" to let the later one win.`,
        details: { id: Method.id },
      });
    }
    byId.set(Method.id, Method);
  }
  return byId;
}

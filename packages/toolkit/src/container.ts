import 'reflect-metadata/lite'; // first: tsyringe throws at import where Reflect.getMetadata is missing
import type { Token } from '@graft-ml/core';
import { container as root, instanceCachingFactory, type DependencyContainer } from 'tsyringe';

/** A value for a token, or a way to make it; {@link bind} checks that they fit. */
export interface Binding {
  readonly token: { readonly id: string };
  readonly make: () => unknown;
}

/** Binds a token to a ready value. */
export function bind<T>(token: Token<T>, value: T): Binding {
  return { token, make: () => value };
}

/** Binds a token to a value that is made when first asked for, then kept. */
export function bindLazily<T>(token: Token<T>, make: () => T): Binding {
  return { token, make };
}

/** What the toolkit needs of a dependency-injection container. */
export interface Container {
  resolve<T>(token: Token<T>): T | undefined;
  dispose(): void;
}

/** A child of `parent` (of the root where there is none) that holds the bindings; neither is ever changed. */
export function childContainer(
  bindings: readonly Binding[],
  parent?: DependencyContainer,
): Container {
  const child = (parent ?? root).createChildContainer();
  for (const { token, make } of bindings) {
    child.register(token.id, { useFactory: instanceCachingFactory(make) });
  }
  return {
    resolve: <T>(token: Token<T>) =>
      child.isRegistered(token.id, true) ? child.resolve<T>(token.id) : undefined,
    dispose: () => void child.clearInstances(),
  };
}

import type { MaybeTransportEngine } from '../../src/transport/engine.js';
import { forEachVariant } from '../wasm/engines.js';

/** Runs tests against the solvers in TypeScript and those of every module of the WebAssembly engine. */
export function forEachSolver(
  body: (engine: () => { readonly engine?: MaybeTransportEngine }) => void,
): void {
  describe('in TypeScript', () => {
    body(() => ({}));
  });
  forEachVariant((_variant, get) => {
    body(() => ({ engine: get() }));
  });
}

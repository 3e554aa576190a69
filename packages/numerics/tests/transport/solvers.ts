import type { MaybeTransportEngine } from '../../src/transport/engine.js';

/** Runs tests against the solvers in TypeScript and those an engine brings along. */
export function forEachSolver(
  body: (engine: () => { readonly engine?: MaybeTransportEngine }) => void,
): void {
  describe('in TypeScript', () => {
    body(() => ({}));
  });
}

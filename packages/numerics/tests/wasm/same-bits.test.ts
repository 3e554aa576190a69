import { loadWasmLinearAlgebra } from '../../src/wasm/index.js';
import { fingerprint } from './fingerprint.js';

/** The same in Node 20, Node 22 and Chromium on x86-64. A change means that results changed: say so in a changeset. */
const simdFingerprint = '3cd6a394e9df1c6c8fbd9553e32ef16f89383ef34b700d2e1e6521ab0d025235';

describe('the plain SIMD module', () => {
  it('gives the same bits everywhere', async () => {
    expect(await fingerprint(await loadWasmLinearAlgebra())).toBe(simdFingerprint);
  });

  it('gives the same bits whatever was computed before', async () => {
    const engine = await loadWasmLinearAlgebra();
    const first = await fingerprint(engine);
    expect(await fingerprint(engine)).toBe(first);
  });
});

import { loadWasmLinearAlgebra } from '../../src/wasm/index.js';
import { fingerprint } from './fingerprint.js';

/** The same in Node 20, Node 22 and Chromium on x86-64. A change means that results changed: say so in a changeset. */
const simdFingerprint = '6111954ad317bfed3daf8163b3a1cb21082a3815203ebe040541c6f89884378a';

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

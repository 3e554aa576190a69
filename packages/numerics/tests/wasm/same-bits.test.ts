import { loadWasmLinearAlgebra } from '../../src/wasm/index.js';
import { fingerprint, simdFingerprint } from './fingerprint.js';

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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadWasmLinearAlgebra, supportedVariants } from '../../src/wasm/index.js';
import { identity } from '../support/matrices.js';

const file = join(__dirname, '..', '..', 'wasm', 'numerics.simd.wasm');

describe('loadWasmLinearAlgebra', () => {
  it('takes the module as an address, bytes, a response or compiled, now or later', async () => {
    const bytes = new Uint8Array(readFileSync(file));
    for (const source of [
      pathToFileURL(file),
      pathToFileURL(file).href,
      bytes,
      bytes.buffer,
      new Response(bytes),
      WebAssembly.compile(bytes),
    ]) {
      const engine = await loadWasmLinearAlgebra({ source });
      expect(engine.multiply(identity(3), identity(3))).toEqual(identity(3));
      expect(engine.name).toBe('wasm-simd');
    }
  });

  it('takes plain SIMD unless told otherwise, and the fastest when asked', async () => {
    expect(supportedVariants()).toContain('simd');
    expect((await loadWasmLinearAlgebra()).variant).toBe('simd');
    const fastest = await loadWasmLinearAlgebra({ variant: 'fastest' });
    expect(fastest.variant).toBe(supportedVariants()[0]);
  });

  it('says what it could not load', async () => {
    await expect(
      loadWasmLinearAlgebra({ source: 'file:///nowhere/numerics.wasm' }),
    ).rejects.toMatchObject({ code: 'IO', details: { source: 'file:///nowhere/numerics.wasm' } });
    await expect(loadWasmLinearAlgebra({ source: new Uint8Array(8) })).rejects.toMatchObject({
      code: 'IO',
    });
    const missing = new Response('', { status: 404, statusText: 'Not Found' });
    await expect(loadWasmLinearAlgebra({ source: missing })).rejects.toThrow(/404 Not Found/);
  });

  it('refuses a form the runtime does not know', async () => {
    if (supportedVariants().includes('relaxed-simd')) return;
    await expect(loadWasmLinearAlgebra({ variant: 'relaxed-simd' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      details: { supported: ['simd'] },
    });
  });

  it('gives each engine a memory of its own', async () => {
    const module = await WebAssembly.compile(new Uint8Array(readFileSync(file)));
    const [first, second] = await Promise.all(
      [1, 2].map(() => loadWasmLinearAlgebra({ source: module })),
    );
    const before = second.memory;
    first.multiply({ ...identity(600) }, identity(600));
    expect(second.memory).toEqual(before);
  });
});

import type { CheckResult } from '@graft-ml/backend-wasm-simd/checks';
import { chromiumPath, hasChromium, openPage } from './in-browser.js';

const code = `
  import * as tf from '@tensorflow/tfjs-core';
  import { wasmSimd } from '@graft-ml/backend-wasm-simd';
  import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
  globalThis.check = async (threads) => {
    const backend = await wasmSimd.load({ tensors: tf, threads, files: '/engine/' });
    const results = await checkBackend(backend);
    const { linearAlgebra: { name }, threads: actual } = backend;
    backend.dispose();
    return { results, name, threads: actual, cores: navigator.hardwareConcurrency };
  };
  globalThis.refuse = (threads, files) => wasmSimd.load({ tensors: tf, threads, files })
    .then(() => 'loaded', ({ code, message }) => ({ code, message }));`;

interface Outcome {
  readonly results: CheckResult[];
  readonly name: string;
  readonly threads: number;
}

if (hasChromium) describe('wasm-simd in a browser', testInBrowser);
else
  it.skip(`needs Chromium at ${chromiumPath}; say where it is with GRAFT_CHROMIUM`, () =>
    undefined);

function testInBrowser(): void {
  it('keeps its promises with two threads in an isolated page', async () => {
    const { page, close } = await openPage({ code, isolated: true, args: ['--disable-gpu'] });
    try {
      const outcome = (await page.evaluate('globalThis.check(2)')) as Outcome;
      expect(outcome.results.filter(({ outcome: word }) => word === 'failed')).toEqual([]);
      expect(outcome.results.length).toBeGreaterThan(85);
      expect([outcome.name, outcome.threads]).toEqual(['wasm-simd-threads', 2]);
    } finally {
      await close();
    }
  }, 180_000);

  it('runs without threads in any page, and says what threads and files it needs', async () => {
    const { page, close } = await openPage({ code, args: ['--disable-gpu'] });
    try {
      const refusal = (await page.evaluate('globalThis.refuse(2, "/engine/")')) as {
        readonly message: string;
      };
      expect(refusal).toMatchObject({ code: 'UNSUPPORTED' });
      expect(refusal.message).toContain('COOP');
      const lost = (await page.evaluate('globalThis.refuse(1, "/nowhere/")')) as typeof refusal;
      expect(lost).toMatchObject({ code: 'UNSUPPORTED' });
      expect(lost.message).toContain('Serve the three .wasm files');
      await page.reload();
      await page.waitForFunction('globalThis.ready');
      const outcome = (await page.evaluate('globalThis.check(1)')) as Outcome;
      expect(outcome.results.filter(({ outcome: word }) => word === 'failed')).toEqual([]);
      expect(outcome.threads).toBe(1);
    } finally {
      await close();
    }
  }, 180_000);
}

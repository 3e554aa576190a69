import { webglDeclaration } from '@graft-ml/backend-webgl';
import type { CheckResult } from '@graft-ml/backend-wasm-simd/checks';
import { chromiumPath, hasChromium, openPage } from '../../backend-wasm-simd/tests/in-browser.js';

const code = `
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-backend-cpu';
  import { webgl } from '@graft-ml/backend-webgl';
  import { wasmSimd } from '@graft-ml/backend-wasm-simd';
  import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
  globalThis.check = async () => {
    const backend = await webgl.load({ tensors: tf });
    const results = await checkBackend(backend);
    const { linearAlgebra: { name }, notes } = backend;
    return { results, name, notes, backend: tf.getBackend() };
  };
  globalThis.missing = () => {
    const names = (id) => tf.getKernelsForBackend(id).map(({ kernelName }) => kernelName);
    return names('cpu').filter((name) => !names('webgl').includes(name)).sort();
  };
  const failure = (work) => Promise.resolve().then(work).then(() => 'went through', ({ code, message }) => ({ code, message }));
  globalThis.tooLarge = () => failure(async () => tf.tidy(() => tf.add(tf.zeros([1, 2 ** 29]), 1)));
  globalThis.cardFull = () => failure(() => {
    const { gl } = tf.engine().backend.gpgpu;
    gl.getError = () => gl.OUT_OF_MEMORY;
    try {
      return tf.tidy(() => tf.add(tf.zeros([2048, 2049]), 1));
    } finally {
      delete gl.getError;
    }
  });
  globalThis.loseContext = async () => {
    const ones = tf.ones([256, 256]);
    const product = tf.matMul(ones, ones);
    const waiting = failure(() => product.data());
    tf.engine().backend.gpgpu.gl.getExtension('WEBGL_lose_context').loseContext();
    return {
      waiting: await waiting,
      next: await failure(() => tf.square(product).data()),
      again: await failure(() => webgl.load({ tensors: tf })),
    };
  };
  globalThis.goOn = async () => {
    await wasmSimd.load({ tensors: tf, files: '/engine/' });
    return Array.from(await tf.square(tf.tensor1d([1, 2])).data());
  };
  globalThis.load = () => failure(() => webgl.load({ tensors: tf }));`;

/** A browser in which no canvas has a context. */
const blind = `
  HTMLCanvasElement.prototype.getContext = () => null;
  globalThis.OffscreenCanvas = undefined;`;

const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

if (hasChromium) describe('webgl in a browser', testInBrowser);
else
  it.skip(`needs Chromium at ${chromiumPath}; say where it is with GRAFT_CHROMIUM`, () =>
    undefined);

function testInBrowser(): void {
  it('keeps its promises; textures that do not fit and a lost context are typed errors', async () => {
    const { page, close } = await openPage({ code, args: software });
    try {
      const outcome = (await page.evaluate('globalThis.check()')) as {
        readonly results: CheckResult[];
      };
      expect(outcome.results.filter(({ outcome: word }) => word === 'failed')).toEqual([]);
      expect(outcome).toMatchObject({ backend: 'webgl', name: 'wasm-simd', notes: [] });
      const missing = await page.evaluate('globalThis.missing()');
      expect(missing).toEqual([...webglDeclaration.missingOperations].sort());
      const tooLarge = await page.evaluate('globalThis.tooLarge()');
      expect(tooLarge).toMatchObject({
        code: 'OUT_OF_MEMORY',
        message: expect.stringContaining('Use smaller batches') as string,
      });
      expect(await page.evaluate('globalThis.cardFull()')).toMatchObject({
        code: 'OUT_OF_MEMORY',
        message: expect.stringContaining('the graphics card has no room left') as string,
      });
      const gone = {
        code: 'DISPOSED',
        message: expect.stringMatching(/took .*away.*Reload the page.*wasm-simd/) as string,
      };
      const lost = await page.evaluate('globalThis.loseContext()');
      expect(lost).toMatchObject({ waiting: gone, next: gone, again: gone });
      expect(await page.evaluate('globalThis.goOn()')).toEqual([1, 4]);
    } finally {
      await close();
    }
  }, 180_000);

  it('says so where there is no WebGL', async () => {
    const { page, close } = await openPage({ code: `${blind}\n${code}`, args: software });
    try {
      expect(await page.evaluate('globalThis.load()')).toMatchObject({ code: 'UNSUPPORTED' });
    } finally {
      await close();
    }
  }, 180_000);
}

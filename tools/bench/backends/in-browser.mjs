// The same work in headless Chromium, with software rendering where there is no graphics card. A page for each engine, on the
// adapter and on the engine as it is shipped.
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { mobilenetFolder, mobilenetLayer } from './model-files.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const folders = {
  '/engine/': join(
    dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')),
    'wasm-out',
  ),
  '/model/': mobilenetFolder,
  '/': join(here, '..', '..', '..', 'packages', 'numerics', 'wasm'),
};
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const flags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const code = `
  import * as tf from '@tensorflow/tfjs-core';
  import * as layers from '@tensorflow/tfjs-layers';
  import { wasmSimd } from '@graft-ml/backend-wasm-simd';
  import { webgl } from '@graft-ml/backend-webgl';
  import { webgpu } from '@graft-ml/backend-webgpu';
  import { loadPretrainedNetwork, NeuralNetwork } from '@graft-ml/deep-adaptation';
  import { measurer, workloads } from './workloads.mjs';
  const engines = {
    'wasm-simd': () => wasmSimd.load({ tensors: tf, files: '/engine/' }),
    webgl: () => webgl.load({ tensors: tf }),
    webgpu: () => webgpu.load({ tensors: tf }),
    'tfjs-backend-webgl': () => shipped('webgl', () => import('@tensorflow/tfjs-backend-webgl')),
    'tfjs-backend-webgpu': () => shipped('webgpu', () => import('@tensorflow/tfjs-backend-webgpu')),
  };
  async function shipped(name, load) {
    await load();
    if (!(await tf.setBackend(name)) || tf.getBackend() !== name) throw new Error(name + ' does not start');
    await tf.ready();
    return { id: name, tensors: tf, gradients: true };
  }
  globalThis.start = async (name) => {
    const backend = await engines[name]();
    const features = async (batchSize) => {
      const network = await loadPretrainedNetwork('/model/model.json', { backend, layer: '${mobilenetLayer}' });
      return { extract: (samples) => network.extract(samples, { batchSize }) };
    };
    const work = workloads({ tf, layers, backend, features, NeuralNetwork });
    globalThis.ask = measurer(work, () => performance.now() / 1000);
  };
  globalThis.ready = true;`;

/** One worker for each engine, whose `ask` answers in seconds by the clock. */
export async function startBrowser(names) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: here },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['@graft-ml/source'],
    external: ['fs', 'path', 'os', 'worker_threads', 'perf_hooks', 'crypto'],
  });
  const server = await serve(outputFiles[0].text);
  const profile = mkdtempSync(join(tmpdir(), 'graft-chromium-'));
  const executablePath = process.env.GRAFT_CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: flags });
  const version = `Chromium ${browser.browser()?.version() ?? ''}`.trim();
  const workers = [];
  for (const name of names) {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction('globalThis.ready');
    await page.evaluate(`globalThis.start('${name}')`);
    workers.push({ name, ask: (request, seconds) => askPage(page, request.name, seconds) });
  }
  const stop = async () => {
    await browser.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { workers, version, stop };
}

/** The answer, an error, or undefined once it has taken longer than the limit. */
async function askPage(page, name, seconds) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), 1000 * seconds);
  });
  const answer = page
    .evaluate(`globalThis.ask(${JSON.stringify(name)})`)
    .catch((error) => ({ error: error.message.split('\n')[0] }));
  const outcome = await Promise.race([answer, late]);
  clearTimeout(timer);
  return outcome;
}

function serve(script) {
  const server = createServer(({ url }, response) => {
    const path = url.split('?')[0];
    const send = (type) => response.writeHead(200, { 'content-type': type });
    if (path === '/')
      send('text/html').end(
        '<!doctype html><script type="module" src="/build/in/page.js"></script>',
      );
    else if (path === '/build/in/page.js') send('text/javascript').end(script);
    else {
      const folder = Object.keys(folders).find((prefix) => path.startsWith(prefix));
      const file = join(folders[folder], basename(path));
      if (!existsSync(file)) response.writeHead(404).end();
      else {
        send(types[extname(file)] ?? 'application/octet-stream');
        createReadStream(file).pipe(response);
      }
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

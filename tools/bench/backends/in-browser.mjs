// The same in headless Chromium, with software rendering where there is no graphics card.
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const engineFiles = join(
  dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')),
  'wasm-out',
);
const numericsFiles = join(here, '..', '..', '..', 'packages', 'numerics', 'wasm');
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
  import { measure } from './workloads.mjs';
  const adapters = { wasmSimd, webgl, webgpu };
  globalThis.measure = async (name, threads, repeats, slow) => {
    const backend = await adapters[name].load({ tensors: tf, threads, files: '/engine/' });
    return measure(tf, layers, backend, { repeats, slow });
  };
  globalThis.ready = true;`;

export async function measureInBrowser({ threads, repeats, small }) {
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
  const columns = {};
  try {
    for (const name of ['wasmSimd', 'webgl', 'webgpu']) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction('globalThis.ready');
      const call = `globalThis.measure('${name}', ${threads}, ${repeats}, ${small})`;
      columns[`${name} in Chromium`] = await page.evaluate(call);
      await page.close();
    }
  } finally {
    await browser.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
  return columns;
}

function serve(script) {
  const headers = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const server = createServer(({ url }, response) => {
    const file = join(url.startsWith('/engine/') ? engineFiles : numericsFiles, basename(url));
    const type = types[extname(url)] ?? 'text/html';
    if (url === '/')
      response
        .writeHead(200, { ...headers, 'content-type': type })
        .end('<!doctype html><script type="module" src="/build/in/page.js"></script>');
    else if (url === '/build/in/page.js')
      response.writeHead(200, { ...headers, 'content-type': type }).end(script);
    else if (existsSync(file)) {
      response.writeHead(200, { ...headers, 'content-type': type });
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

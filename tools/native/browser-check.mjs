// Runs the WebAssembly engine in headless Chromium: in a page and in a worker, every module, with and without threads.
// Fails unless plain SIMD gives the bits the tests expect.   node tools/native/browser-check.mjs [chromium]
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const workspace = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const numerics = join(workspace, 'packages', 'numerics');
const executablePath = process.argv[2] ?? '/usr/bin/chromium';
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** What runs in the page and in the worker alike: one line per module. */
const checks = `
  import { loadWasmLinearAlgebra, supportedVariants } from './packages/numerics/src/wasm/index.ts';
  import { fingerprint, simdFingerprint } from './packages/numerics/tests/wasm/fingerprint.ts';
  export async function check() {
    const results = [];
    for (const variant of supportedVariants()) {
      for (const threads of crossOriginIsolated ? [1, 2] : [1]) {
        const engine = await loadWasmLinearAlgebra({ variant, threads });
        const n = 512;
        const a = { format: 'dense', rows: n, columns: n, data: Float64Array.from({ length: n * n }, (_, p) => (p * 7919) % 1009 / 1009) };
        const start = performance.now();
        for (let k = 0; k < 5; k++) engine.multiply(a, a);
        const gigaflops = (5 * 2 * n ** 3) / (performance.now() - start) / 1e6;
        const bits = await fingerprint(engine);
        results.push({ name: engine.name, gigaflops, bits, expected: variant === 'simd' ? simdFingerprint : undefined });
        engine.dispose();
      }
    }
    return results;
  }`;
const pageCode = `${checks}
  globalThis.checkPage = check;
  globalThis.checkWorker = () => new Promise((resolve, reject) => {
    const worker = new Worker('/build/in/worker.js', { type: 'module' });
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  globalThis.ready = true;`;
const workerCode = `${checks}
  check().then((results) => postMessage(results));`;

const bundles = await Promise.all([bundle(pageCode), bundle(workerCode)]);
let failures = 0;
for (const isolated of [true, false]) failures += await checkIn(isolated);
if (failures > 0) {
  console.error(`${failures} results are not what they have to be.`);
  process.exitCode = 1;
} else {
  console.log('Plain SIMD gives the expected bits in pages and workers.');
}

async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: workspace, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['@graft-ml/source'],
  });
  return outputFiles[0].text;
}

/** Pages with and without the headers that isolate them. */
async function checkIn(isolated) {
  const server = await serve(isolated);
  const profile = mkdtempSync(join(tmpdir(), 'graft-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => globalThis.ready);
    const inPage = await page.evaluate(() => globalThis.checkPage());
    const inWorker = await page.evaluate(() => globalThis.checkWorker());
    return report(inPage, isolated, 'page') + report(inWorker, isolated, 'worker');
  } finally {
    await browser.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

function report(results, isolated, place) {
  let failures = 0;
  for (const { name, gigaflops, bits, expected } of results) {
    const matches = expected === undefined || bits === expected;
    if (!matches) failures++;
    const where = `${isolated ? 'isolated' : 'plain'} ${place}`;
    const verdict =
      expected === undefined ? bits.slice(0, 8) : matches ? 'expected bits' : `WRONG BITS ${bits}`;
    console.log(
      `${where.padEnd(16)} ${name.padEnd(26)} ${gigaflops.toFixed(1).padStart(6)} GFLOPS  ${verdict}`,
    );
  }
  return failures;
}

/** The bundles, two folders deep like the built package, and the modules where they look for them. */
function serve(isolated) {
  const headers = isolated
    ? {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }
    : {};
  const texts = {
    '/': '<!doctype html><meta charset="utf-8"><script type="module" src="/build/in/page.js"></script>',
    '/build/in/page.js': bundles[0],
    '/build/in/worker.js': bundles[1],
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = join(numerics, path);
    const type = types[extname(path) || '.html'] ?? 'application/octet-stream';
    if (path in texts) {
      response.writeHead(200, { ...headers, 'content-type': type }).end(texts[path]);
    } else if (path.startsWith('/wasm/') && existsSync(file)) {
      response.writeHead(200, { ...headers, 'content-type': type });
      createReadStream(file).pipe(response);
    } else {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

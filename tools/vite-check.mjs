// Follows the READMEs of numerics and of the browser backends in an empty folder: installs the packed packages, bundles the
// pages they show with Vite and opens them in headless Chromium, from a build and from the development server.
//   node tools/vite-check.mjs [chromium]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const viteVersion = '8.3.8';
const workspace = join(dirname(fileURLToPath(import.meta.url)), '..');
const executablePath = process.argv[2] ?? '/usr/bin/chromium';

/** What the page of numerics shows, and what the page of each backend writes to the console. */
const shown = { page: 'eigenvalues 3 and 1', worker: 'from the worker 3 and 1' };
const written = ['product [2, 0, 0, 2]', 'weights [3, 5]'];
const backends = ['wasm-simd', 'webgl', 'webgpu'];
const software = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

const folder = mkdtempSync(join(tmpdir(), 'graft-vite-'));
let failures = 0;
try {
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  const engines = writeFiles(consumer);
  install(consumer, engines);
  checkNode(consumer);
  const vite = await import(
    pathToFileURL(createRequire(join(consumer, 'package.json')).resolve('vite')).href
  );
  const input = ['index', ...backends].map((name) => join(consumer, `${name}.html`));
  const common = { root: consumer, logLevel: 'error' };
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', ...software],
  });
  try {
    await vite.build({
      ...common,
      build: { rolldownOptions: { input }, chunkSizeWarningLimit: 10_000 },
    });
    const preview = await vite.preview({ ...common, preview: { port: 0, host: '127.0.0.1' } });
    await open(browser, 'build', preview.httpServer.address().port);
    await preview.close();
    const server = await vite.createServer({ ...common, server: { port: 0, host: '127.0.0.1' } });
    await server.listen();
    await open(browser, 'development server', server.httpServer.address().port);
    await server.close();
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures > 0) process.exit(1);
console.log(
  `vite-check: numerics in a page and its worker, ${backends.join(', ')} with a product and a training, from an empty folder`,
);

/** Writes the files that the READMEs show, each below its name, and returns what they say to install beside our packages. */
function writeFiles(consumer) {
  const engines = new Set();
  for (const name of ['numerics', ...backends.map((id) => `backend-${id}`)]) {
    const readme = readFileSync(join(workspace, 'packages', name, 'README.md'), 'utf8');
    const files = readme.matchAll(/^`([\w.-]+)`\n\n```\w+\n([\s\S]*?)^```$/gm);
    for (const [, file, text] of files) writeFileSync(join(consumer, file), text);
    const [, words] = /^npm install (.*)$/m.exec(readme);
    for (const word of words.split(' ')) if (!word.startsWith('@graft-ml/')) engines.add(word);
  }
  for (const id of backends) {
    const page = `<!doctype html>\n<script type="module" src="/${id}.js"></script>\n`;
    writeFileSync(join(consumer, `${id}.html`), page);
  }
  writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
  return [...engines];
}

function install(consumer, engines) {
  const names = ['core', 'numerics', ...backends.map((id) => `backend-${id}`)];
  const packed = names.flatMap((name) => ['-w', `@graft-ml/${name}`]);
  run('npm', ['pack', '--silent', '--pack-destination', folder, ...packed], workspace);
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const flags = ['--silent', '--no-audit', '--no-fund', '--prefer-offline'];
  const wanted = [`vite@${viteVersion}`, ...engines, ...tarballs.map((name) => join(folder, name))];
  run('npm', ['install', ...flags, ...wanted], consumer);
}

function checkNode(consumer) {
  const use = `loadWasmLinearAlgebra().then((engine) => {
    const matrix = { format: 'dense', rows: 2, columns: 2, data: Float64Array.of(2, 1, 1, 2) };
    if (engine.eigenSymmetric(matrix).values.join() !== '3,1') throw new Error('wrong eigenvalues');
  });`;
  const esm = `import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm'; ${use}`;
  const cjs = `const { loadWasmLinearAlgebra } = require('@graft-ml/numerics/wasm'); ${use}`;
  writeFileSync(join(consumer, 'check.mjs'), esm);
  writeFileSync(join(consumer, 'check.cjs'), cjs);
  run(process.execPath, ['check.mjs'], consumer);
  run(process.execPath, ['--no-warnings', 'check.cjs'], consumer);
}

/** Opens the pages one after the other: two engines at a time would be in each other's way. */
async function open(browser, from, port) {
  await visit(browser, `http://127.0.0.1:${port}/`, async (page) => {
    for (const [place, text] of Object.entries(shown)) {
      const part = page.locator(`#${place}`);
      await part
        .filter({ hasNotText: '…' })
        .waitFor({ timeout: 20_000 })
        .catch(() => undefined);
      expect(`${from}, ${place}`, [await part.textContent()], [text], page.errors);
    }
  });
  for (const id of backends) {
    await visit(browser, `http://127.0.0.1:${port}/${id}.html`, async (page) => {
      await until(() => page.errors.length > 0 || page.lines.length >= written.length, 30_000);
      expect(`${from}, ${id}`, page.lines, written, page.errors);
    });
  }
}

/** The development server reloads a page when it has found what the page needs: what counts is the last load. */
async function visit(browser, address, check) {
  const page = await browser.newPage();
  page.lines = [];
  page.errors = [];
  page.on('framenavigated', () => {
    page.lines = [];
    page.errors = [];
  });
  page.on('pageerror', (error) => page.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'log') page.lines.push(message.text());
  });
  await page.goto(address);
  await check(page);
  await page.close();
}

async function until(condition, limit) {
  const end = Date.now() + limit;
  while (!condition() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
}

function expect(where, seen, wanted, errors) {
  if (seen.join('\n') === wanted.join('\n')) return;
  failures++;
  console.error(
    `vite-check: ${where}: expected "${wanted.join('", "')}", got "${seen.join('", "')}" ${errors.join(' ')}`,
  );
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${args[0]} failed\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
}

// Follows the README of numerics in an empty folder: installs the packed package, bundles the page and its worker with Vite,
// opens them in headless Chromium, from a build and from the development server.   node tools/native/vite-check.mjs [chromium]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const viteVersion = '8.3.8';
const workspace = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const executablePath = process.argv[2] ?? '/usr/bin/chromium';
const expected = { page: 'eigenvalues 3 and 1', worker: 'from the worker 3 and 1' };

const folder = mkdtempSync(join(tmpdir(), 'graft-vite-'));
let failures = 0;
try {
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFiles(consumer);
  for (const name of ['core', 'numerics']) {
    run(
      'npm',
      ['pack', '--silent', '--pack-destination', folder, '-w', `@graft-ml/${name}`],
      workspace,
    );
  }
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  run(
    'npm',
    [
      'install',
      '--silent',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      `vite@${viteVersion}`,
    ].concat(tarballs.map((name) => join(folder, name))),
    consumer,
  );
  checkNode(consumer);
  const vite = await import(
    pathToFileURL(createRequire(join(consumer, 'package.json')).resolve('vite')).href
  );
  const common = { root: consumer, logLevel: 'error' };
  await vite.build(common);
  const preview = await vite.preview({ ...common, preview: { port: 0, host: '127.0.0.1' } });
  await open('build', preview.httpServer.address().port);
  await preview.close();
  const server = await vite.createServer({ ...common, server: { port: 0, host: '127.0.0.1' } });
  await server.listen();
  await open('development server', server.httpServer.address().port);
  await server.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures > 0) process.exit(1);
console.log('vite-check: the page and the worker of the README work from an empty folder');

/** The files that the README shows, each below its name. */
function writeFiles(consumer) {
  const readme = readFileSync(join(workspace, 'packages', 'numerics', 'README.md'), 'utf8');
  const shown = readme.matchAll(/^`([\w.]+)`\n\n```\w+\n([\s\S]*?)^```$/gm);
  for (const [, name, text] of shown) writeFileSync(join(consumer, name), text);
  writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
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

async function open(from, port) {
  const profile = join(folder, 'profile');
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/`);
    for (const [place, text] of Object.entries(expected)) {
      const shown = page.locator(`#${place}`);
      await shown
        .filter({ hasNotText: '…' })
        .waitFor({ timeout: 20_000 })
        .catch(() => undefined);
      const seen = await shown.textContent();
      if (seen === text) continue;
      failures++;
      console.error(
        `vite-check: ${from}, ${place}: expected "${text}", got "${seen}" ${errors.join(' ')}`,
      );
    }
  } finally {
    await browser.close();
  }
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${args[0]} failed\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
}

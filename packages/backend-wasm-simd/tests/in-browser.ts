import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

export const chromiumPath = process.env.GRAFT_CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

const packages = join(__dirname, '..', '..');
const engineFiles = join(
  dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')),
  'wasm-out',
);
const numericsFiles = join(packages, 'numerics', 'wasm');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface PageOptions {
  /** A module whose code may put functions on `globalThis`. */
  readonly code: string;
  /** Serve with the headers that allow threads. */
  readonly isolated?: boolean;
  readonly args?: readonly string[];
}

/** A page with some code, served on localhost to a headless Chromium, with every package read from its source. */
export async function openPage({ code, isolated = false, args = [] }: PageOptions): Promise<{
  readonly page: Page;
  readonly close: () => Promise<void>;
}> {
  const script = await bundle(`${code}\nglobalThis.ready = true;`);
  const server = await serve(script, isolated);
  const profile = mkdtempSync(join(tmpdir(), 'graft-chromium-'));
  let browser: BrowserContext | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  };
  try {
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath,
      headless: true,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', ...args],
    });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.ready');
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: packages, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['@graft-ml/source'],
    logLevel: 'error',
    // The engine's modules look for Node where they find it.
    external: ['fs', 'path', 'os', 'worker_threads', 'perf_hooks', 'crypto'],
  });
  return outputFiles[0]!.text;
}

/** The bundle lies two folders deep, as the built package does. */
function serve(script: string, isolated: boolean): Promise<Server> {
  const headers: Record<string, string> = isolated
    ? {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }
    : {};
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const type = types[extname(path) || '.html'] ?? 'application/octet-stream';
    const file = join(path.startsWith('/engine/') ? engineFiles : numericsFiles, basename(path));
    const text =
      path === '/'
        ? '<!doctype html><meta charset="utf-8"><script type="module" src="/build/in/page.js"></script>'
        : script;
    if (path === '/' || path === '/build/in/page.js') {
      response.writeHead(200, { ...headers, 'content-type': type }).end(text);
    } else if (existsSync(file)) {
      response.writeHead(200, { ...headers, 'content-type': type });
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

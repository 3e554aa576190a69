import type * as FileSystem from 'node:fs';
import type * as NodeModule from 'node:module';
import type * as OperatingSystem from 'node:os';
import type * as Path from 'node:path';
import type * as WorkerThreads from 'node:worker_threads';
import type { Worker } from 'node:worker_threads';

/** Runs `start`, which starts the engine, in a Node that the engine's threads can live in.
 *
 * The engine starts its workers from Blob URLs, which Node does not take; both scripts lie in its package and are handed over
 * as files. Its C++ side takes at most half the processors it sees, so it is shown twice as many as there are threads.
 * Everything changed here is put back before this returns.
 */
export async function withNodeThreads<T>(threads: number, start: () => Promise<T>): Promise<T> {
  const fs = builtin<typeof FileSystem>('node:fs');
  const os = builtin<typeof OperatingSystem>('node:os');
  const path = builtin<typeof Path>('node:path');
  const workerThreads = builtin<typeof WorkerThreads>('node:worker_threads');
  const { createRequire } = builtin<typeof NodeModule>('node:module');
  const require = createRequire(import.meta.url);

  const manifest = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
  const scripts = path.join(path.dirname(manifest), 'wasm-out');
  const mainScript = path.join(scripts, 'tfjs-backend-wasm-threaded-simd.js');
  const { wasmWorkerContents } = require(
    path.join(scripts, 'tfjs-backend-wasm-threaded-simd.worker.js'),
  ) as { wasmWorkerContents: string };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'graft-threads-'));
  const workerScript = path.join(folder, 'worker.cjs');
  // The text was meant for a Blob, which turns escaped line ends into real ones.
  fs.writeFileSync(workerScript, wasmWorkerContents.replaceAll('\n', '\\n'));

  const [processor] = os.cpus() as [OperatingSystem.CpuInfo];
  const workers: Worker[] = [];
  const Original = workerThreads.Worker;
  const FromFile = class extends Original {
    constructor(...parts: ConstructorParameters<typeof Original>) {
      super(...parts);
      workers.push(this);
    }
    override postMessage(
      message: { readonly cmd?: string },
      transfer?: readonly WorkerThreads.TransferListItem[],
    ): void {
      const sent = message.cmd === 'load' ? { ...message, urlOrBlob: mainScript } : message;
      super.postMessage(sent, transfer);
    }
  };
  const restore = [
    put(workerThreads, 'Worker', FromFile),
    put(URL, 'createObjectURL', () => workerScript),
    put(os, 'cpus', () => Array.from({ length: 2 * threads }, () => processor)),
  ];
  const page = 'Worker' in globalThis;
  // Workers that load do not keep Node alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    return await start();
  } finally {
    clearInterval(alive);
    // Workers that run do, unless told not to.
    for (const worker of workers) worker.unref();
    for (const undo of restore) undo();
    // The engine leaves it behind, and others take it for the sign of a page.
    if (!page) Reflect.deleteProperty(globalThis, 'Worker');
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A module of Node without an import, which bundlers for pages would stumble over. */
function builtin<T>(name: string): T {
  return process.getBuiltinModule(name) as T;
}

/** Puts `value` in the place of `owner[key]` and returns what puts the old one back. */
function put<T extends object, K extends keyof T>(owner: T, key: K, value: T[K]): () => void {
  const before = owner[key];
  owner[key] = value;
  return () => {
    owner[key] = before;
  };
}

import { TransferError } from '@graft-ml/core';
import { startNative, type NativeExports, type Pointer, type ThreadedExports } from './native.js';

/** A threaded instance and the workers that belong to it. */
export interface ThreadedNative {
  readonly native: NativeExports;
  /** Ends the workers. */
  stop(): void;
}

const pageBytes = 65536;
const initialPages = 256;
/** 4 GiB: only addresses are reserved, not memory. */
const maximumPages = 65536;
const stackBytes = 1 << 20;

/** Starts a threaded module with `threads − 1` workers; the calling thread is the first. */
export async function startThreads(
  module: WebAssembly.Module,
  threads: number,
  who: string,
): Promise<ThreadedNative> {
  const memory = new WebAssembly.Memory({
    initial: initialPages,
    maximum: maximumPages,
    shared: true,
  });
  const native = (await startNative(module, who, { threads, memory })) as ThreadedExports;
  const stacks = Array.from({ length: threads - 1 }, () => stackIn(native, who));
  const workers: ThreadWorker[] = [];
  const stop = (): void => {
    for (const worker of workers) worker.stop();
  };
  try {
    for (const [index, stack] of stacks.entries()) {
      const start = { module, memory, thread: index + 1, stack };
      workers.push(await startWorker(start));
    }
  } catch (cause) {
    stop();
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `could not start a worker thread: ${String(cause)}. Leave "threads" out.`,
      details: { capability: 'threads' },
      cause,
    });
  }
  // A page's own thread is not allowed to wait for others.
  native.setThreads(threads, 'document' in globalThis ? 0 : 1);
  return { native, stop };
}

/** The top of a new stack, which grows downwards. */
function stackIn(native: NativeExports, who: string): Pointer {
  const pointer = native.heapAllocate(stackBytes) >>> 0;
  if (pointer !== 0) return pointer + stackBytes;
  throw new TransferError({
    code: 'OUT_OF_MEMORY',
    who,
    message: `could not get ${stackBytes} bytes for the stack of a thread.`,
    details: { bytes: stackBytes, initial: initialPages * pageBytes },
  });
}

interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly stack: Pointer;
}

interface ThreadWorker {
  stop(): void;
}

function startWorker(start: ThreadStart): Promise<ThreadWorker> {
  return typeof Worker === 'undefined' ? startNodeWorker(start) : startWebWorker(start);
}

async function startWebWorker(start: ThreadStart): Promise<ThreadWorker> {
  // Written out in full, because bundlers find workers by this very expression.
  const worker = new Worker(new URL('../../wasm/thread-worker.mjs', import.meta.url), {
    type: 'module',
  });
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(start);
  });
  return { stop: () => worker.terminate() };
}

/** The part of a worker of node:worker_threads that is used here. */
interface NodeWorker {
  postMessage(message: unknown): void;
  once(event: string, listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

async function startNodeWorker(start: ThreadStart): Promise<ThreadWorker> {
  // Under a name bundlers cannot follow: a page never gets here.
  const name = 'node:worker_threads';
  const { Worker: NodeWorker } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ name
  )) as { Worker: new (file: URL) => NodeWorker };
  const worker = new NodeWorker(new URL('../../wasm/thread-worker.mjs', import.meta.url));
  await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(start);
  });
  // Only now: a worker that is not waited for lets the process end while it starts.
  worker.unref();
  return { stop: () => void worker.terminate() };
}

import { TransferError } from '@graft-ml/core';
import type { Tfjs } from '../tensors/tfjs.js';
import { withNodeThreads } from './node-threads.js';

/** Throws unless `threads` can be had here. */
export function checkThreads(threads: number, who: string): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 16) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"threads" must be a whole number from 1 to 16; received ${threads}.`,
      details: { option: 'threads', received: threads },
    });
  }
  if (threads > 1 && typeof SharedArrayBuffer === 'undefined') {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message:
        'threads need shared memory, which a page has only when it is cross-origin isolated (headers COOP and COEP). Leave "threads" out.',
      details: { capability: 'threads' },
    });
  }
}

/** Runs `start` so that the engine gets `threads` threads. */
export async function withThreads<T>(
  tf: Tfjs,
  threads: number,
  start: () => Promise<T>,
): Promise<T> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  if (threads === 1) return start();
  return tf.env().get('IS_NODE') ? withNodeThreads(threads, start) : withCores(2 * threads, start);
}

/** Shows the engine `cores` processors, of which it takes half at most. */
async function withCores<T>(cores: number, start: () => Promise<T>): Promise<T> {
  const name = 'hardwareConcurrency';
  Object.defineProperty(navigator, name, { configurable: true, get: () => cores });
  try {
    return await start();
  } finally {
    // What was defined lies over the property of the prototype.
    Reflect.deleteProperty(navigator, name);
  }
}

import type { Worker } from 'node:worker_threads';

/** Why waiting ended: the answer is there, the worker is gone, or it kept silent for too long. */
export type WaitOutcome = 'answered' | 'ended' | 'silent';

/** Milliseconds between two looks at the worker. */
const slice = 100;

/** Sleeps until `signal[0]` is no longer 0, but no longer than the worker lives nor than `patience` milliseconds.
 *
 * No event arrives while a thread sleeps, so the worker is looked at: a thread that has stopped, for whatever reason, has no
 * idle time, and Node says −1. It does so only of a worker that was asked before; see {@link watch}. Slices are counted, not
 * the clock, so that a suspended process does not run out of patience.
 */
export function waitForAnswer(signal: Int32Array, worker: Worker, patience: number): WaitOutcome {
  const answered = (): boolean => Atomics.load(signal, 0) !== 0;
  for (let slept = 0; slept < patience; slept += slice) {
    Atomics.wait(signal, 0, 0, slice);
    // Woken is not answered: the worker may wake us late, for the answer before.
    if (answered()) return 'answered';
    if (hasStopped(worker)) return answered() ? 'answered' : 'ended';
  }
  return 'silent';
}

/** Has to be called once while the worker runs. */
export function watch(worker: Worker): void {
  worker.performance.eventLoopUtilization();
}

function hasStopped(worker: Worker): boolean {
  return worker.performance.eventLoopUtilization().idle < 0;
}

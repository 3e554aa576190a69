import { TransferError } from './errors.js';

export interface Progress {
  /** What is being worked on, in words. */
  readonly stage: string;
  readonly done: number;
  /** Absent where the end is not known beforehand. */
  readonly total?: number;
}

/** What every `fit`, `transform` and `predict` takes last. */
export interface RunOptions {
  /** Decides every random choice; same seed, same answer, bit for bit. Default 0. */
  readonly seed?: number;
  /** Stops the work with an `ABORTED` error at the next step. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Throws `ABORTED` when the run's signal says so. */
export function checkAborted(run: RunOptions | undefined, who: string): void {
  if (run?.signal?.aborted) {
    throw new TransferError({
      code: 'ABORTED',
      who,
      message: 'stopped because the signal was aborted. Nothing was changed.',
      cause: run.signal.reason,
    });
  }
}

/** Reports a finished step, lets timers and abort signals in, and stops if asked to. Call it once per outer iteration. */
export async function step(
  run: RunOptions | undefined,
  who: string,
  progress: Progress,
): Promise<void> {
  run?.onProgress?.(progress);
  if (run?.signal) await new Promise<void>((resolve) => setTimeout(resolve, 0));
  checkAborted(run, who);
}

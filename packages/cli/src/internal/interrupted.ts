/** Thrown by a command that was interrupted, after it saved what was finished. The message says what was saved. */
export class Interrupted extends Error {}

/** Does work that Ctrl-C stops by its signal. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    return await work(interrupt.signal);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

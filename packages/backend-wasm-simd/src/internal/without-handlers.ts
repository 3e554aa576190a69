const events = ['uncaughtException', 'unhandledRejection'] as const;

/** What the module of the engine puts on the process: functions that throw again what they are given. */
const rethrows =
  /^function\s*\((\w+)\)\s*\{\s*(?:if\s*\(!\(\1 instanceof ExitStatus\)\)\s*\{\s*throw \1;?\s*\}|throw \1;?)\s*\}$/;

/** The part of Node's process that is used here. */
interface Emitter {
  listeners(event: string): readonly Listener[];
  off(event: string, listener: Listener): void;
}
type Listener = (...values: unknown[]) => void;

/** Runs `start` and takes off the handlers for uncaught errors that the engine installs on the whole process meanwhile. They
 * hide the stack of every error that nobody catches. Handlers of others stay, also those that come in during `start`. */
export async function withoutHandlers<T>(start: () => Promise<T>): Promise<T> {
  const { process } = globalThis as { readonly process?: Partial<Emitter> };
  // In a page there is no process, or one that a bundler made up.
  if (typeof process?.listeners !== 'function' || typeof process.off !== 'function') return start();
  const emitter = process as Emitter;
  const before = new Set(events.flatMap((event) => emitter.listeners(event)));
  try {
    return await start();
  } finally {
    for (const event of events) {
      for (const listener of emitter.listeners(event)) {
        if (!before.has(listener) && rethrows.test(String(listener))) emitter.off(event, listener);
      }
    }
  }
}

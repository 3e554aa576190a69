import { TransferError } from '@graft-ml/core';

/** Runs `load`, a dynamic import of the package `name`; where it is not there, says how to get it (`MISSING_DEPENDENCY`). */
export async function loadEngine<T>(
  who: string,
  name: string,
  load: () => Promise<T>,
  version?: string,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw missingEngine(who, name, cause, version);
  }
}

/** The error for a package that is not installed, or is and does not load. */
export function missingEngine(
  who: string,
  name: string,
  cause: unknown,
  version?: string,
): TransferError {
  const reason = firstLine(cause);
  // Node and bundlers add where they looked, which helps nobody.
  const absent = reason.startsWith('Cannot find') && reason.includes(`'${name}'`);
  const problem = absent ? `"${name}" is not installed` : `could not load "${name}" (${reason})`;
  return new TransferError({
    code: 'MISSING_DEPENDENCY',
    who,
    message: `${problem}. Run "npm install ${version === undefined ? name : `${name}@${version}`}".`,
    details: { engine: name },
    cause,
  });
}

/** The first line of an error's message, also of an error from another realm. */
export function firstLine(cause: unknown): string {
  const { message } = Object(cause) as { readonly message?: unknown };
  const text = typeof message === 'string' ? message : String(cause);
  return text.split('\n')[0]!.trim();
}

/** What a typed error says, without who says it: a part of another sentence. */
export function reasonOf({ who, message }: TransferError): string {
  return message.startsWith(`${who}: `) ? message.slice(who.length + 2) : message;
}

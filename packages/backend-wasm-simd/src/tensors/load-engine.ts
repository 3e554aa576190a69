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
    const wanted = version === undefined ? name : `${name}@${version}`;
    throw new TransferError({
      code: 'MISSING_DEPENDENCY',
      who,
      message: `could not load "${name}" (${firstLine(cause)}). Run "npm install ${wanted}".`,
      details: { engine: name },
      cause,
    });
  }
}

/** The first line of an error's message, also of an error from another realm. */
export function firstLine(cause: unknown): string {
  const { message } = Object(cause) as { readonly message?: unknown };
  const text = typeof message === 'string' ? message : String(cause);
  return text.split('\n')[0]!.trim();
}

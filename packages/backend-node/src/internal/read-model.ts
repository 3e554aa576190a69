import { readFile } from 'node:fs/promises';
import { TransferError } from '@graft-ml/core';
import { firstLine } from '@graft-ml/backend-wasm-simd/tensors';

/** The bytes of a model file. */
export async function readModel(
  source: string | URL | Uint8Array,
  who: string,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  try {
    const file = typeof source === 'string' && /^file:/.test(source) ? new URL(source) : source;
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who,
      message: `could not read ${String(source)} (${firstLine(cause)}). Check the path; a model from the web has to be saved to a file first.`,
      details: { source: String(source) },
      cause,
    });
  }
}

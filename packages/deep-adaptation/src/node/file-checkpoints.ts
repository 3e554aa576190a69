import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FittedState, TransferError } from '@graft-ml/core';
import type { CheckpointStore } from '../checkpoints.js';
import { stateFromText, stateToText } from './state-text.js';

/** Checkpoints in a folder, a file per stage, so that training goes on after its process was killed, to the same bits.
 *
 * `folder` belongs to one training and is made where it is missing; remove it when the training is done. A file is written
 * beside the old one and then takes its place, so that whatever happens there is the old state or the new one, never half of
 * either. Errors: `IO` where the system refuses; `INVALID_ARTEFACT` for a file that no checkpoint store wrote.
 *
 * @example
 * import { fileCheckpoints } from '@graft-ml/deep-adaptation/node';
 *
 * const method = new NeuralNetwork({ epochs: 100 }, { checkpoints: fileCheckpoints('my-training') });
 * const model = await method.fit({ x, y }); // killed? The same call goes on.
 */
export function fileCheckpoints(folder: string): CheckpointStore {
  // Stages have names with spaces.
  const fileOf = (stage: string): string => join(folder, `${encodeURIComponent(stage)}.json`);
  return {
    async load(stage) {
      const file = fileOf(stage);
      const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        if (codeOf(cause) === 'ENOENT') return undefined;
        throw refused('read', file, cause);
      });
      return text === undefined ? undefined : parsed(text, file);
    },
    async save(stage, state) {
      const file = fileOf(stage);
      try {
        await mkdir(folder, { recursive: true });
        await replace(file, stateToText(state));
      } catch (cause) {
        throw refused('write', file, cause);
      }
    },
  };
}

/** Puts a file in the place of another, on the disk before it bears the name. */
async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function parsed(text: string, file: string): FittedState {
  try {
    return stateFromText(text);
  } catch (cause) {
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who: 'fileCheckpoints',
      message: `"${file}" is no checkpoint. Remove it to begin anew, or name the folder of this training.`,
      details: { path: file },
      cause,
    });
  }
}

function refused(action: 'read' | 'write', file: string, cause: unknown): TransferError {
  return new TransferError({
    code: 'IO',
    who: 'fileCheckpoints',
    message: `cannot ${action} "${file}": ${String(cause)}. Name another folder, or make room there.`,
    details: { path: file, action, systemCode: codeOf(cause) ?? 'unknown' },
    cause,
  });
}

/** The system's word for what went wrong, `ENOENT` say. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error && 'code' in error && error.code;
  return typeof code === 'string' ? code : undefined;
}

import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  open,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatTable, type FormatOptions } from '../format-table.js';
import type { Table } from '../table.js';
import { fileError, systemCode } from './file-error.js';

/** Takes the next piece of a file; resolves when it is handed to the system. */
export type WritePiece = (piece: string | Uint8Array) => Promise<void>;

/** Writes a file as a whole or not at all.
 *
 * The content goes to a temporary file in the same folder, which is renamed at the end, so that a reader or a crash never sees
 * half a file. If anything fails, `content` included, the temporary file is removed and an older file stays as it was. A link is
 * followed; what is no regular file (`/dev/stdout`, a pipe) is written straight.
 * Errors: `IO` where the system refuses; what `content` throws comes through unchanged.
 *
 * Example   await writeAtomically('out.csv', async (write) => { for (const text of formatTable(table)) await write(text); });
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | ((write: WritePiece) => Promise<void>),
): Promise<void> {
  const who = 'writeAtomically';
  const attempt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw fileError(who, 'write', path, error);
    }
  };
  const fill = async (file: FileHandle) => {
    const write: WritePiece = (piece) => attempt(file.writeFile(piece));
    if (typeof content === 'function') await content(write);
    else await write(content);
  };

  const target = await attempt(realTarget(path));
  if (target.special) {
    const file = await attempt(open(path, 'w'));
    try {
      await fill(file);
    } finally {
      await file.close();
    }
    return;
  }
  const temporary = join(dirname(target.path), `.${basename(target.path)}.${randomUUID()}.tmp`);
  const file = await attempt(open(temporary, 'wx', target.mode));
  try {
    try {
      await fill(file);
      await attempt(file.sync());
    } finally {
      await file.close();
    }
    await attempt(rename(temporary, target.path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a table as CSV, as a whole or not at all. Errors: as {@link writeAtomically}. */
export async function writeTable(
  path: string,
  table: Table,
  options: FormatOptions = {},
): Promise<void> {
  await writeAtomically(path, async (write) => {
    for (const text of formatTable(table, options)) await write(text);
  });
}

interface Target {
  readonly path: string;
  readonly special: boolean;
  readonly mode?: number;
}

async function realTarget(path: string): Promise<Target> {
  try {
    const existing = await stat(path);
    if (existing.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    // Renaming would replace a file that may not be written, so ask first.
    await access(path, constants.W_OK);
    const special = !existing.isFile();
    return { path: special ? path : await realpath(path), special, mode: existing.mode & 0o777 };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { path, special: false };
    throw error;
  }
}

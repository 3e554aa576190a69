import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseNpy, type NpyArray } from '../parse-npy.js';
import { parseSvmlight, type SvmlightData, type SvmlightOptions } from '../parse-svmlight.js';
import {
  parseTable,
  streamTable,
  type TableOptions,
  type TableStreamOptions,
} from '../parse-table.js';
import type { Table } from '../table.js';
import { fileError } from './file-error.js';

/** Reads a CSV or TSV file, plain or gzipped, as `parseTable` does. Errors: also `IO` where the file cannot be read. */
export async function readTable(path: string, options: TableOptions = {}): Promise<Table> {
  return parseTable(await bytesOf(path, 'readTable'), { name: path, ...options });
}

/** Reads a CSV or TSV file, plain or gzipped, in pieces of rows, as `streamTable` does. Errors: also `IO`. */
export async function* streamTableFile(
  path: string,
  options: TableStreamOptions = {},
): AsyncGenerator<Table> {
  yield* streamTable(piecesOf(path, 'streamTableFile'), { name: path, ...options });
}

/** Reads a `.npy` file, plain or gzipped. Errors: as `parseNpy`, and `IO`. */
export async function readNpy(path: string): Promise<NpyArray> {
  return parseNpy(await bytesOf(path, 'readNpy'), { name: path });
}

/** Reads an SVMlight file, plain or gzipped. Errors: as `parseSvmlight`, and `IO`. */
export async function readSvmlight(
  path: string,
  options: SvmlightOptions = {},
): Promise<SvmlightData> {
  return parseSvmlight(await bytesOf(path, 'readSvmlight'), { name: path, ...options });
}

async function bytesOf(path: string, who: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileError(who, 'read', path, error);
  }
}

async function* piecesOf(path: string, who: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Uint8Array;
  } catch (error) {
    throw fileError(who, 'read', path, error);
  }
}

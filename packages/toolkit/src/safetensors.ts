import { type StateArray, TransferError } from '@graft-ml/core';

/** What a safetensors file holds: named arrays and a map of strings. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, StateArray>>;
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const headerLimit = 100_000_000;

/** Writes the safetensors format: 8 bytes header length, a JSON header, the arrays little-endian one after the other. */
export function encodeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  const ordered = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { shape, data }] of ordered) {
    const end = offset + data.byteLength;
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F64',
      shape,
      data_offsets: [offset, end],
    };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8; // arrays stay aligned to 8 bytes
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8 + json.length, 8 + padded);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let at = 8 + padded;
  for (const [, { data }] of ordered) {
    for (const value of data) {
      if (data instanceof Int32Array) view.setInt32(at, value, true);
      else view.setFloat64(at, value, true);
      at += data.BYTES_PER_ELEMENT;
    }
  }
  return bytes;
}

/** Reads and validates the safetensors format: F64, F32 and I32 arrays that neither overlap nor leave the file.
 *
 * Errors: `INVALID_ARTEFACT`, saying what is wrong.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  if (bytes.length < 8) fail('it is shorter than 8 bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > headerLimit || 8 + length > bytes.length) fail(`its header claims ${length} bytes`);
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const tensors: Record<string, StateArray> = {};
  const start = 8 + length;
  let expected = 0;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const checked = entries.map(([name, entry]) => [name, checkEntry(name, entry)] as const);
  checked.sort(
    ([, a], [, b]) =>
      a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  for (const [name, entry] of checked) {
    const [from, to] = entry.data_offsets;
    if (from !== expected || start + to > bytes.length)
      fail(`array "${name}" lies at ${from}–${to}, expected from ${expected}`);
    expected = to;
    tensors[name] = readTensor(view, start + from, to - from, name, entry);
  }
  if (start + expected !== bytes.length)
    fail(`${bytes.length - start - expected} bytes belong to no array`);
  return { metadata: checkMetadata(header['__metadata__']), tensors };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch (error) {
    fail('its header is not JSON', error);
  }
  return fail('its header is not an object');
}

function checkEntry(name: string, entry: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  const whole = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(whole))
    fail(`array "${name}" is not described`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole))
    fail(`array "${name}" has no place`);
  return entry as TensorEntry;
}

function readTensor(
  view: DataView,
  at: number,
  bytes: number,
  name: string,
  { dtype, shape }: TensorEntry,
): StateArray {
  const size = dtype === 'F64' ? 8 : dtype === 'F32' || dtype === 'I32' ? 4 : 0;
  if (size === 0) fail(`array "${name}" has type ${dtype}; F64, F32 and I32 can be read`);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count * size !== bytes)
    fail(`array "${name}" has ${bytes} bytes for shape [${shape.join(', ')}]`);
  if (dtype === 'I32')
    return {
      shape,
      data: Int32Array.from({ length: count }, (_, i) => view.getInt32(at + 4 * i, true)),
    };
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    data[i] = size === 8 ? view.getFloat64(at + 8 * i, true) : view.getFloat32(at + 4 * i, true);
  }
  return { shape, data };
}

function checkMetadata(metadata: unknown): Record<string, string> {
  const entries = Object.entries(metadata ?? {});
  if (entries.some(([, value]) => typeof value !== 'string'))
    fail('its metadata holds something that is not text');
  return Object.fromEntries(entries) as Record<string, string>;
}

function fail(problem: string, cause?: unknown): never {
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who: 'decodeSafetensors',
    message: `this is not a readable safetensors file: ${problem}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

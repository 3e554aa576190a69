import { denseMatrix, TransferError, type DenseMatrix } from '@graft-ml/core';
import { readAll, type InputContext } from './internal/bytes.js';
import { invalidData } from './internal/errors.js';

/** An array of any rank as a `.npy` file holds it, in float64 and row-major order whatever the file's own. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** The file's type, `<f4` say. */
  readonly type: string;
}

export interface NpyOptions {
  /** What messages call the input. Default `the array`. */
  readonly name?: string;
}

/** Reads a NumPy `.npy` file, plain or gzipped: versions 1 to 3, little-endian float32 and float64, integers of 8 to 64 bits, bool.
 *
 * Errors: `INVALID_DATA` for what is no `.npy` file, is cut short, or holds whole numbers beyond ±2⁵³, which float64 cannot
 * hold; `UNSUPPORTED` for other types.
 *
 * Example   const x = npyToMatrix(await parseNpy(bytes));
 */
export async function parseNpy(bytes: Uint8Array, options: NpyOptions = {}): Promise<NpyArray> {
  const context = { who: 'parseNpy', name: options.name ?? 'the array' };
  const file = await readAll(bytes, context);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || !magic.every((byte, k) => file[k] === byte)) {
    throw damaged(context, 'is not a .npy file');
  }
  const wide = file[6]! > 1;
  const start = wide ? 12 : 10;
  const headerLength = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(file.subarray(start, start + headerLength));
  const { type, columnMajor, shape } = readHeader(header, context);
  const size = shape.reduce((a, b) => a * b, 1);
  const from = start + headerLength;
  const width = type === '|b1' ? 1 : Number(type.slice(2));
  if (from + size * width > file.length) throw damaged(context, 'is cut short');
  const data = new Float64Array(size);
  const read = readers[type]!;
  for (let p = 0; p < size; p++) data[p] = read(view, from + p * width, context);
  return { shape, data: columnMajor ? toRowMajor(data, shape) : data, type };
}

/** The array as a matrix: [n, d] as it is, [n] as one column, higher ranks with all but the first axis flattened into columns. */
export function npyToMatrix({ shape, data }: NpyArray): DenseMatrix {
  const [rows = 1, ...rest] = shape;
  return denseMatrix(
    rows,
    rest.reduce((a, b) => a * b, 1),
    data,
  );
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

type Read = (view: DataView, offset: number, context: InputContext) => number;

const readers: Readonly<Record<string, Read>> = {
  '|b1': (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  '|i1': (view, offset) => view.getInt8(offset),
  '|u1': (view, offset) => view.getUint8(offset),
  '<i2': (view, offset) => view.getInt16(offset, true),
  '<u2': (view, offset) => view.getUint16(offset, true),
  '<i4': (view, offset) => view.getInt32(offset, true),
  '<u4': (view, offset) => view.getUint32(offset, true),
  '<i8': (view, offset, context) => exact(view.getBigInt64(offset, true), context),
  '<u8': (view, offset, context) => exact(view.getBigUint64(offset, true), context),
  '<f4': (view, offset) => view.getFloat32(offset, true),
  '<f8': (view, offset) => view.getFloat64(offset, true),
};

function exact(value: bigint, context: InputContext): number {
  const number = Number(value);
  if (BigInt(number) === value && Math.abs(number) <= Number.MAX_SAFE_INTEGER + 1) return number;
  throw damaged(context, `holds ${value}, which float64 cannot hold exactly`);
}

/** The header is a Python literal: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }`. */
function readHeader(header: string, context: InputContext) {
  const descr = /'descr':\s*(?:'([^']*)'|\[)/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (!descr || !order || !shape) throw damaged(context, 'has a header that cannot be read');
  const type = descr[1] ?? 'a structured type';
  if (!(type in readers)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who: context.who,
      message: `${context.name} holds ${type}; readable are ${Object.keys(readers).join(', ')}. Convert it with astype('<f8').`,
      details: { name: context.name, expected: Object.keys(readers), received: type },
    });
  }
  const sizes = shape[1]!.split(',').filter((part) => part.trim() !== '');
  return { type, columnMajor: order[1] === 'True', shape: sizes.map(Number) };
}

function toRowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(data.length);
  const index = new Int32Array(shape.length);
  const strides = new Array<number>(shape.length).fill(1);
  for (let k = 1; k < shape.length; k++) strides[k] = strides[k - 1]! * shape[k - 1]!;
  for (let p = 0; p < out.length; p++) {
    let from = 0;
    for (let k = 0; k < shape.length; k++) from += index[k]! * strides[k]!;
    out[p] = data[from]!;
    for (let k = shape.length - 1; k >= 0; k--) {
      index[k]! += 1;
      if (index[k]! < shape[k]!) break;
      index[k] = 0;
    }
  }
  return out;
}

function damaged({ who, name }: InputContext, what: string): Error {
  return invalidData(who, 'npy', `${name} ${what}.`, { name });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNative, type NativeExports, type Pointer } from '../../src/wasm/native.js';
import { supportedVariants, type WasmVariant } from '../../src/wasm/index.js';

/** The BLAS routines the module exports for these tests alone. */
export interface BlasExports extends NativeExports {
  syrk(...given: number[]): void;
  syr2k(...given: number[]): void;
  symm(...given: number[]): void;
  trsm(...given: number[]): void;
  trmm(...given: number[]): void;
  gemv(...given: number[]): void;
  symv(...given: number[]): void;
  ger(...given: number[]): void;
}

export async function startBlas(variant: WasmVariant): Promise<BlasExports> {
  const file = join(__dirname, '..', '..', 'wasm', `numerics.${variant}.wasm`);
  const module = await WebAssembly.compile(readFileSync(file));
  return (await startNative(module, 'test')) as BlasExports;
}

/** Runs tests against the bare kernels of every module the runtime knows. */
export function forEachModule(body: (native: () => BlasExports) => void): void {
  for (const variant of supportedVariants()) {
    describe(`kernels of wasm-${variant}`, () => {
      let native: BlasExports;
      beforeAll(async () => {
        native = await startBlas(variant);
      });
      body(() => native);
    });
  }
}

/** A column-major matrix with padding below each column, in the module's memory. */
export interface Placed {
  readonly pointer: Pointer;
  readonly rows: number;
  readonly columns: number;
  readonly leading: number;
  /** What was placed, by (row, column). */
  at(i: number, j: number): number;
}

const padding = -77;

/** Places a matrix; entries for which `entry` gives NaN mark what a routine must not read. */
export function place(
  native: NativeExports,
  rows: number,
  columns: number,
  entry: (i: number, j: number) => number,
  pad = 0,
): Placed {
  const leading = rows + pad;
  const pointer = native.heapAllocate(leading * columns * 8) >>> 0;
  const copy = new Float64Array(leading * columns).fill(padding);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) copy[i + j * leading] = entry(i, j);
  }
  new Float64Array(native.memory.buffer, pointer, copy.length).set(copy);
  return { pointer, rows, columns, leading, at: (i, j) => copy[i + j * leading] };
}

/** Entries compared at most: the definition is slow, and a fault in a tile or block shows in many entries. */
const mostCompared = 1500;

/** Expects entries to be as `expected` says, and the padding to be untouched. */
export function expectPlaced(
  native: NativeExports,
  { pointer, rows, columns, leading }: Placed,
  expected: (i: number, j: number) => number,
  tolerance = 1e-12,
): void {
  const values = new Float64Array(native.memory.buffer, pointer, leading * columns);
  const stride = Math.ceil((rows * columns) / mostCompared) | 1;
  let worst = 0;
  for (let p = 0; p < rows * columns; p += stride) {
    const i = p % rows;
    const j = Math.floor(p / rows);
    const error = Math.abs(values[i + j * leading] - expected(i, j));
    worst = error <= worst ? worst : error;
  }
  for (let j = 0; j < columns; j++) {
    for (let i = rows; i < leading; i++) worst = values[i + j * leading] === padding ? worst : NaN;
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Numbers in [−½, ½), fast and the same at every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

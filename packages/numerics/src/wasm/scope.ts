import { TransferError, type DenseMatrix, type SparseMatrix } from '@graft-ml/core';
import { allocate } from '../internal/allocate.js';
import type { NativeExports, Pointer } from './native.js';

/** The address of nothing. */
export const nowhere: Pointer = 0;

const outOfMemory = -1;

/** The memory one call of the engine uses.
 *
 * Everything allocated through a scope is given back when the call ends, however it ends. A view is valid only until the
 * next allocation, which may move the memory; `take` copies out what the caller of the engine is to own.
 */
export class Scope {
  readonly native: NativeExports;
  readonly who: string;

  constructor(native: NativeExports, who: string) {
    this.native = native;
    this.who = who;
  }

  /** Room for `count` doubles, of whatever they happen to be. */
  doubles(count: number): Pointer {
    return this.bytes(count * 8);
  }

  zeros(count: number): Pointer {
    const pointer = this.doubles(count);
    this.view(pointer, count).fill(0);
    return pointer;
  }

  place(values: Float64Array): Pointer {
    const pointer = this.doubles(values.length);
    this.view(pointer, values.length).set(values);
    return pointer;
  }

  placeIntegers(values: Int32Array): Pointer {
    const pointer = this.bytes(values.length * 4);
    new Int32Array(this.native.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  placeSingles(values: Float32Array): Pointer {
    const pointer = this.bytes(values.length * 4);
    new Float32Array(this.native.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  placeSparse(a: SparseMatrix): {
    readonly starts: Pointer;
    readonly columns: Pointer;
    readonly values: Pointer;
  } {
    return {
      starts: this.placeIntegers(a.rowStarts),
      columns: this.placeIntegers(a.columnIndices),
      values: this.place(a.values),
    };
  }

  view(pointer: Pointer, count: number): Float64Array {
    return new Float64Array(this.native.memory.buffer, pointer, count);
  }

  take(pointer: Pointer, count: number): Float64Array {
    const result = allocate(count, this.who);
    result.set(this.view(pointer, count));
    return result;
  }

  takeIntegers(pointer: Pointer, count: number): Int32Array {
    const result = new Int32Array(count);
    result.set(new Int32Array(this.native.memory.buffer, pointer, count));
    return result;
  }

  takeMatrix(pointer: Pointer, rows: number, columns: number): DenseMatrix {
    return { format: 'dense', rows, columns, data: this.take(pointer, rows * columns) };
  }

  /** Hands a status on, unless it says that a workspace could not be had. */
  check(status: number): number {
    if (status === outOfMemory) throw this.refused();
    return status;
  }

  private bytes(count: number): Pointer {
    const pointer = this.native.heapAllocate(count) >>> 0;
    if (pointer === nowhere) throw this.refused();
    return pointer;
  }

  private refused(): TransferError {
    const bytes = this.native.heapFailedBytes();
    const inUse = this.native.heapTop() >>> 0;
    return new TransferError({
      code: 'OUT_OF_MEMORY',
      who: this.who,
      message: `could not get ${bytes} bytes beside ${inUse} in use; a WebAssembly module has 4 GiB at most. Use fewer rows or columns, or an approximation such as Nyström features.`,
      details: { bytes, inUse, limit: 2 ** 32 },
    });
  }
}

/** Runs one call of the engine in a scope of its own. */
export function inScope<T>(native: NativeExports, who: string, work: (scope: Scope) => T): T {
  const mark = native.heapTop();
  try {
    return work(new Scope(native, who));
  } finally {
    native.heapRelease(mark);
  }
}

import type { DenseMatrix, Kernel, LinearAlgebra, Matrix } from '@graft-ml/core';
import { denseMatrix, selectRows, TransferError } from '@graft-ml/core';

/** Entries per block: 32 MB, far below the longest typed array. */
const blockEntries = 1 << 22;

/** A symmetric kernel matrix of which the lower triangle alone is kept: half the memory, exact symmetry.
 *
 * 20 000 rows take 1.6 GB in blocks of whole rows, each from the kernel matrix of a few rows against those before them.
 */
export class PackedKernel {
  readonly rows: number;
  /** Largest row sum of magnitudes: a bound on the largest eigenvalue. */
  readonly bound: number;
  readonly #blocks: readonly Block[];
  readonly #blockOf: Int32Array;

  constructor(linearAlgebra: LinearAlgebra, kernel: Kernel, x: Matrix, who: string) {
    this.rows = x.rows;
    const blocks: Block[] = [];
    const sums = new Float64Array(x.rows);
    for (let first = 0; first < x.rows;) {
      const count = Math.max(1, Math.floor(blockEntries / (first + 1)));
      const last = Math.min(x.rows, first + Math.min(count, 512));
      const entries = (last * (last + 1) - first * (first + 1)) / 2;
      const block = { first, last, data: reserve(entries, x.rows, who) };
      const part = linearAlgebra.kernelMatrix(
        kernel,
        rowRange(x, first, last),
        rowRange(x, 0, last),
      );
      let p = 0;
      for (let i = first; i < last; i++) {
        const row = (i - first) * last;
        for (let j = 0; j <= i; j++, p++) {
          const value = part.data[row + j];
          block.data[p] = value;
          sums[i] += Math.abs(value);
          if (j < i) sums[j] += Math.abs(value);
        }
      }
      blocks.push(block);
      first = last;
    }
    this.#blocks = blocks;
    this.#blockOf = new Int32Array(x.rows);
    blocks.forEach(({ first, last }, k) => this.#blockOf.fill(k, first, last));
    this.bound = sums.reduce((most, sum) => Math.max(most, sum), 0);
  }

  /** `out = K·v`; entries of `v` that are zero cost nothing beyond a look. */
  multiply(v: Float64Array, out: Float64Array): void {
    const support = new Int32Array(this.rows);
    let size = 0;
    for (let i = 0; i < this.rows; i++) if (v[i] !== 0) support[size++] = i;
    const sparse = size < this.rows / 4;
    out.fill(0);
    for (const { first, last, data } of this.#blocks) {
      let start = 0;
      for (let i = first; i < last; start += i + 1, i++) {
        const here = v[i];
        let sum = 0;
        if (sparse) {
          for (let s = 0; s < size && support[s] < i; s++)
            sum += data[start + support[s]] * v[support[s]];
          if (here !== 0) for (let j = 0; j < i; j++) out[j] += data[start + j] * here;
        } else {
          for (let j = 0; j < i; j++) {
            const value = data[start + j];
            sum += value * v[j];
            out[j] += value * here;
          }
        }
        out[i] += sum + data[start + i] * here;
      }
    }
  }

  /** Entries 0 … i of row i; not to be changed. */
  row(i: number): Float64Array {
    const { first, data } = this.#blocks[this.#blockOf[i]];
    const start = (i * (i + 1) - first * (first + 1)) / 2;
    return data.subarray(start, start + i + 1);
  }

  diagonal(): Float64Array {
    const values = new Float64Array(this.rows);
    for (const { first, last, data } of this.#blocks) {
      for (let i = first, p = -1; i < last; i++) values[i] = data[(p += i + 1)];
    }
    return values;
  }

  toDense(): DenseMatrix {
    const dense = denseMatrix(this.rows, this.rows);
    for (const { first, last, data } of this.#blocks) {
      for (let i = first, p = 0; i < last; i++) {
        for (let j = 0; j <= i; j++, p++) {
          dense.data[i * this.rows + j] = dense.data[j * this.rows + i] = data[p];
        }
      }
    }
    return dense;
  }

  /** Column `j`, copied. */
  column(j: number): Float64Array {
    const values = new Float64Array(this.rows);
    for (const { first, last, data } of this.#blocks) {
      let start = 0;
      for (let i = first; i < last; start += i + 1, i++) {
        if (i < j) continue;
        if (i === j) values.set(data.subarray(start, start + i + 1));
        else values[i] = data[start + j];
      }
    }
    return values;
  }
}

interface Block {
  readonly first: number;
  readonly last: number;
  readonly data: Float64Array;
}

/** Rows `from` … `to` − 1; dense ones share their memory. */
export function rowRange(x: Matrix, from: number, to: number): Matrix {
  if (from === 0 && to === x.rows) return x;
  if (x.format === 'csr')
    return selectRows(
      x,
      Int32Array.from({ length: to - from }, (_, i) => from + i),
    );
  const data = x.data.subarray(from * x.columns, to * x.columns);
  return { format: 'dense', rows: to - from, columns: x.columns, data };
}

function reserve(entries: number, rows: number, who: string): Float64Array {
  try {
    return new Float64Array(entries);
  } catch (cause) {
    throw new TransferError({
      code: 'OUT_OF_MEMORY',
      who,
      message: `the kernel matrix of ${rows} rows needs ${Math.round((rows * rows) / 250_000)} MB. Fit on fewer source rows.`,
      details: { bytes: 4 * rows * (rows + 1), rows },
      cause,
    });
  }
}

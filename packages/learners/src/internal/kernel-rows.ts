import type { Kernel, LinearAlgebra, Matrix } from '@graft-ml/core';
import { rowRange } from './row-range.js';

// Up to this many bytes the whole matrix is computed at once, which is faster than row by row.
const wholeBytes = 2 ** 28;

/** The kernel matrix of rows with themselves, whole where it is small and row by row where it is not. */
export class KernelRows {
  readonly diagonal: Float64Array;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #kernel: Kernel;
  readonly #x: Matrix;
  readonly #whole: Float64Array | undefined;

  constructor(linearAlgebra: LinearAlgebra, kernel: Kernel, x: Matrix) {
    this.#linearAlgebra = linearAlgebra;
    this.#kernel = kernel;
    this.#x = x;
    const n = x.rows;
    this.#whole =
      8 * n * n <= wholeBytes ? linearAlgebra.kernelMatrix(kernel, x, x).data : undefined;
    this.diagonal = Float64Array.from({ length: n }, (_, i) => this.#own(i));
  }

  /** Row `i` [x.rows]. */
  row(i: number): Float64Array {
    const n = this.#x.rows;
    if (this.#whole) return this.#whole.subarray(i * n, (i + 1) * n);
    const { data } = this.#linearAlgebra.kernelMatrix(
      this.#kernel,
      rowRange(this.#x, i, i + 1),
      this.#x,
    );
    return data;
  }

  #own(i: number): number {
    if (this.#whole) return this.#whole[i * (this.#x.rows + 1)];
    const row = rowRange(this.#x, i, i + 1);
    return this.#linearAlgebra.kernelMatrix(this.#kernel, row, row).data[0];
  }
}

import type { Kernel, LinearAlgebra, Matrix } from '@graft-ml/core';
import { rowRange } from './packed-kernel.js';

/** What a kernel matrix amounts to per row and per column, without the matrix. */
export interface KernelMeans {
  /** Mean over the rows of `y` of k(xᵢ, y). */
  readonly rowMeans: Float64Array;
  /** Largest k(x, yⱼ) over the rows of `x`. */
  readonly columnMaxima: Float64Array;
}

/** Row means and column maxima of the kernel matrix of `x` and `y`, computed a few rows at a time. */
export function kernelMeans(
  linearAlgebra: LinearAlgebra,
  kernel: Kernel,
  x: Matrix,
  y: Matrix,
): KernelMeans {
  const rowMeans = new Float64Array(x.rows);
  const columnMaxima = new Float64Array(y.rows);
  const step = Math.max(1, Math.floor(4e6 / Math.max(1, y.rows)));
  for (let from = 0; from < x.rows; from += step) {
    const to = Math.min(x.rows, from + step);
    const { data } = linearAlgebra.kernelMatrix(kernel, rowRange(x, from, to), y);
    for (let i = from, p = 0; i < to; i++) {
      let sum = 0;
      for (let j = 0; j < y.rows; j++, p++) {
        sum += data[p];
        if (data[p] > columnMaxima[j]) columnMaxima[j] = data[p];
      }
      rowMeans[i] = sum / y.rows;
    }
  }
  return { rowMeans, columnMaxima };
}

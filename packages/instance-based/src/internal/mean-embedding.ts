import type { DenseMatrix, Kernel, LinearAlgebra, Matrix } from '@graft-ml/core';
import { rowRange } from './packed-kernel.js';

/** A sample as a point in the kernel's feature space: Σᵢ shares[i][c]·φ(xᵢ)⊗e_c, e_c the unit vector of channel c. */
export interface MeanEmbedding {
  readonly x: Matrix;
  /** [rows, channels]; all sum to 1. One channel for rows alone, one per class for rows with labels. */
  readonly shares: DenseMatrix;
}

/** ⟨a, b⟩ = Σ_c Σᵢⱼ a.shares[i][c]·b.shares[j][c]·k(xᵢ, yⱼ), a few rows of the kernel matrix at a time. */
export function innerProduct(
  linearAlgebra: LinearAlgebra,
  kernel: Kernel,
  a: MeanEmbedding,
  b: MeanEmbedding,
): number {
  const channels = a.shares.columns;
  const step = Math.max(1, Math.floor(4e6 / Math.max(1, b.x.rows)));
  let total = 0;
  for (let from = 0; from < a.x.rows; from += step) {
    const to = Math.min(a.x.rows, from + step);
    const similarity = linearAlgebra.kernelMatrix(kernel, rowRange(a.x, from, to), b.x);
    const { data } = linearAlgebra.multiply(similarity, b.shares);
    for (let p = 0; p < data.length; p++) total += data[p] * a.shares.data[from * channels + p];
  }
  return total;
}

import {
  denseMatrix,
  selectRows,
  type DenseMatrix,
  type Kernel,
  type LinearAlgebra,
  type Matrix,
} from '@graft-ml/core';
import { checkCount } from '../internal/checks.js';
import { randomSource } from '../random.js';

export interface NystroemOptions {
  /** How many rows serve as landmarks; more of them approximate better. Default min(100, rows). */
  readonly nComponents?: number;
  /** Seed of the draw of landmarks. Default 0. */
  readonly seed?: number;
}

export interface NystroemFeatures {
  readonly landmarks: Matrix;
  /** Directions kept: eigenvalues of the landmark kernel that are zero up to rounding are left
   * out. */
  readonly rank: number;
  /** Features [x.rows, rank] whose inner products approximate the kernel; exact between
   * landmarks. */
  transform(x: Matrix): DenseMatrix;
}

/** Nyström features of a kernel (williams2001): φ(x) = k(x, L)·V·diag(w)^−½ for landmarks L drawn
 * without replacement and the eigenpairs (w, V) of k(L, L), so that φ(x)·φ(y)ᵀ = k(x, L)·k(L,
 * L)⁺·k(L, y). */
export function nystroemFeatures(
  linalg: LinearAlgebra,
  kernel: Kernel,
  x: Matrix,
  { nComponents, seed = 0 }: NystroemOptions = {},
): NystroemFeatures {
  const count = checkCount(nComponents ?? Math.min(100, x.rows), x.rows, 'nystroemFeatures');
  const landmarks = selectRows(x, randomSource(seed).sample(x.rows, count).sort());
  const { values, vectors } = linalg.eigenSymmetric(
    linalg.kernelMatrix(kernel, landmarks, landmarks),
  );
  const floor = count * Number.EPSILON * Math.max(0, values[0] ?? 0);
  const negligible = values.findIndex((value) => value <= floor);
  const rank = negligible < 0 ? count : negligible;
  const scaled = denseMatrix(count, rank);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < rank; k++) {
      scaled.data[i * rank + k] = vectors.data[i * count + k] / Math.sqrt(values[k]);
    }
  }
  return {
    landmarks,
    rank,
    transform: (rows) => linalg.multiply(linalg.kernelMatrix(kernel, rows, landmarks), scaled),
  };
}

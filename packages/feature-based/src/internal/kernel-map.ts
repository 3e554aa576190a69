import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  selectRows,
  toDense,
} from '@graft-ml/core';
import { medianHeuristicGamma, randomSource } from '@graft-ml/numerics';

/** Features φ(x) = k(x, landmarks)·basis with φ(x)·φ(y) = k(x, y) for the landmarks: a kernel method as a linear one. */
export interface KernelMap {
  readonly landmarks: DenseMatrix;
  /** V·diag(w)^(−1/2) of the eigenpairs of k(landmarks, landmarks) [nLandmarks, rank]. */
  readonly basis: DenseMatrix;
  readonly gamma: number;
}

export interface KernelMapOptions {
  readonly gamma: number | 'median';
  readonly maxLandmarks: number;
  readonly seed: number;
}

/** The features of the Gaussian kernel exp(−γ‖x − y‖²) on all of `x`, or on `maxLandmarks` random rows where there are more. */
export function fitKernelMap(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { gamma, maxLandmarks, seed }: KernelMapOptions,
): KernelMap {
  const few = x.rows > maxLandmarks;
  const chosen = few
    ? selectRows(x, randomSource(seed).stream('landmarks').sample(x.rows, maxLandmarks).sort())
    : x;
  const landmarks = toDense(chosen);
  const width =
    gamma === 'median' ? medianHeuristicGamma(linearAlgebra, landmarks, { seed }) : gamma;
  const kernel = linearAlgebra.kernelMatrix({ type: 'rbf', gamma: width }, landmarks, landmarks);
  const { values, vectors } = linearAlgebra.eigenSymmetric(kernel);
  const n = landmarks.rows;
  let rank = 0;
  while (rank < n && values[rank] > n * Number.EPSILON * values[0]) rank++;
  const basis = denseMatrix(n, rank);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < rank; j++) {
      basis.data[i * rank + j] = vectors.data[i * n + j] / Math.sqrt(values[j]);
    }
  }
  return { landmarks, basis, gamma: width };
}

/** φ(x) of every row [n, rank]. */
export function applyKernelMap(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { landmarks, basis, gamma }: KernelMap,
): DenseMatrix {
  const seen = linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, x, landmarks);
  return linearAlgebra.multiply(seen, basis);
}

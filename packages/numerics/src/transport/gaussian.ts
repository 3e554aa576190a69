import { TransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { squaredBuresDistance } from '../spd-geometry.js';

/** A normal distribution by its first two moments. */
export interface Gaussian {
  /** [nFeatures]. */
  readonly mean: ArrayLike<number>;
  /** Symmetric positive semidefinite [nFeatures, nFeatures]. */
  readonly covariance: DenseMatrix;
}

/** Squared 2-Wasserstein distance of two Gaussians, also called Fréchet distance.
 *
 * Computes  ‖m − n‖² + tr S + tr T − 2·tr (S^½·T·S^½)^½   for N(m, S) and N(n, T)
 * Errors    SHAPE_MISMATCH; NUMERICAL for a covariance that is not positive semidefinite
 * Paper     dowson1982
 */
export function squaredGaussianDistance(linalg: LinearAlgebra, a: Gaussian, b: Gaussian): number {
  checkGaussians([a, b], 'squaredGaussianDistance');
  let sum = squaredBuresDistance(linalg, a.covariance, b.covariance);
  for (let i = 0; i < a.mean.length; i++) sum += (a.mean[i] - b.mean[i]) ** 2;
  return sum;
}

/** outer · inner · outer, exactly symmetric for symmetric factors. */
export function between(
  linalg: LinearAlgebra,
  outer: DenseMatrix,
  inner: DenseMatrix,
): DenseMatrix {
  const result = linalg.multiply(linalg.multiply(outer, inner), outer);
  const n = result.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (result.data[i * n + j] + result.data[j * n + i]) / 2;
      result.data[i * n + j] = result.data[j * n + i] = mean;
    }
  }
  return result;
}

/** Throws `SHAPE_MISMATCH` unless there is a Gaussian and all have the same number of features. */
export function checkGaussians(gaussians: readonly Gaussian[], who: string): void {
  const d = gaussians[0]?.mean.length ?? 0;
  const wrong = gaussians.findIndex(
    ({ mean, covariance }) =>
      mean.length !== d || covariance.rows !== d || covariance.columns !== d,
  );
  if (d > 0 && wrong < 0) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message:
      d === 0
        ? 'needs a Gaussian of one feature at least.'
        : `all Gaussians must have ${d} features; the mean or the covariance of number ${wrong} has another size.`,
    details: { argument: 'gaussians', expected: d, index: wrong },
  });
}

import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { symmetricPower } from '../matrix-functions.js';
import { between, checkGaussians, type Gaussian } from './gaussian.js';

/** The map `x ↦ matrix · x + offset`; for rows, `x · matrix + offset`, as the matrix is
 * symmetric. */
export interface GaussianMap {
  readonly matrix: DenseMatrix;
  readonly offset: Float64Array;
}

/** The optimal map from one Gaussian to another for squared Euclidean costs (linear Monge map).
 *
 * Computes  A = S^(−½)·(S^½·T·S^½)^½·S^(−½), offset = n − A·m
 * where     source = N(m, S), target = N(n, T);   A·S·A = T
 * Assumes   S is positive definite (NUMERICAL otherwise: add to its diagonal); T may be singular
 * Paper     knott1984; peyre2019, remark 2.31
 * @example const { matrix, offset } = gaussianMap(linalg, { mean, covariance }, target);
 */
export function gaussianMap(
  linalg: LinearAlgebra,
  source: Gaussian,
  target: Gaussian,
): GaussianMap {
  checkGaussians([source, target], 'gaussianMap');
  const root = symmetricPower(linalg, source.covariance, 0.5);
  const inverse = symmetricPower(linalg, source.covariance, -0.5);
  const middle = symmetricPower(linalg, between(linalg, root, target.covariance), 0.5);
  const matrix = between(linalg, inverse, middle);
  const d = source.mean.length;
  const offset = Float64Array.from(target.mean);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) offset[i] -= matrix.data[i * d + j] * source.mean[j];
  }
  return { matrix, offset };
}

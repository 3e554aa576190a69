import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { symmetricPower } from '../matrix-functions.js';
import { checkWeights, sumOf } from './checks.js';
import { between, checkGaussians, type Gaussian } from './gaussian.js';

export interface GaussianBarycentreOptions {
  /** How much each Gaussian counts, not negative; only ratios matter. Default equal. */
  readonly weights?: ArrayLike<number>;
  /** Stops once a step changes the covariance by at most this fraction of its norm. Default
   * 1e-12. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
}

export interface GaussianBarycentre {
  readonly mean: Float64Array;
  readonly covariance: DenseMatrix;
  /** Relative change of the covariance by the last step. */
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'residual' | 'max-iterations';
}

/** The Gaussian nearest to several: argmin_G Σ_k w_k·W₂²(G, G_k) with Σ_k w_k = 1.
 *
 * Solves    mean = Σ w_k·m_k; the covariance S is the fixed point S = Σ w_k·(S^½·S_k·S^½)^½
 * Method    S ← S^(−½)·(Σ w_k·(S^½·S_k·S^½)^½)²·S^(−½), which lowers the objective at every step
 *           (alvarez2016, thm. 4.2), from the weighted mean of the covariances
 * Assumes   that mean is positive definite; otherwise NUMERICAL
 * Errors    SHAPE_MISMATCH, INVALID_DATA for weights that are negative or all zero
 * Paper     agueh2011; alvarez2016
 */
export function gaussianBarycentre(
  linalg: LinearAlgebra,
  gaussians: readonly Gaussian[],
  options: GaussianBarycentreOptions = {},
): GaussianBarycentre {
  const who = 'gaussianBarycentre';
  const { tolerance = 1e-12, maxIterations = 1000 } = options;
  checkGaussians(gaussians, who);
  const shares = sharesOf(gaussians.length, options.weights, who);
  const d = gaussians[0].mean.length;
  const mean = new Float64Array(d);
  let covariance = denseMatrix(d, d);
  gaussians.forEach((gaussian, k) => {
    for (let i = 0; i < d; i++) mean[i] += shares[k] * gaussian.mean[i];
    addTo(covariance, shares[k], gaussian.covariance);
  });
  let residual = Infinity;
  let iterations = 0;
  while (iterations < maxIterations && !(residual <= tolerance)) {
    iterations++;
    const root = symmetricPower(linalg, covariance, 0.5);
    const inverse = symmetricPower(linalg, covariance, -0.5);
    const sum = denseMatrix(d, d);
    gaussians.forEach((gaussian, k) => {
      const inner = between(linalg, root, gaussian.covariance);
      addTo(sum, shares[k], symmetricPower(linalg, inner, 0.5));
    });
    const half = linalg.multiply(sum, inverse);
    const next = linalg.crossProduct(half);
    residual = relativeChange(covariance, next);
    covariance = next;
  }
  const converged = residual <= tolerance;
  const reason = converged ? 'residual' : 'max-iterations';
  return { mean, covariance, residual, iterations, converged, reason };
}

function addTo(target: DenseMatrix, factor: number, matrix: DenseMatrix): void {
  for (let p = 0; p < target.data.length; p++) target.data[p] += factor * matrix.data[p];
}

function relativeChange(before: DenseMatrix, after: DenseMatrix): number {
  let change = 0;
  let size = 0;
  for (let p = 0; p < after.data.length; p++) {
    change = Math.hypot(change, after.data[p] - before.data[p]);
    size = Math.hypot(size, after.data[p]);
  }
  return change / size;
}

function sharesOf(
  count: number,
  weights: ArrayLike<number> | undefined,
  who: string,
): Float64Array {
  const given = weights ? Float64Array.from(weights) : new Float64Array(count).fill(1);
  return checkWeights(given, count, 'weights', who).map((weight, _, all) => weight / sumOf(all));
}

import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type MatrixInput,
  toDense,
  toMatrix,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { addRow, centred } from './internal/centred.js';
import { checkNotEmpty, checkSize, checkWhole } from './internal/check.js';
import { gaussianOf, squaredMahalanobis } from './internal/gaussian.js';
import { kMeans } from './k-means.js';

/** Gaussians with shares that sum to 1. */
export interface Mixture {
  /** Share of each component [nComponents]. */
  readonly shares: Float64Array;
  /** [nComponents, nFeatures]. */
  readonly means: DenseMatrix;
  /** One [nFeatures, nFeatures] matrix per component. */
  readonly covariances: readonly DenseMatrix[];
}

export interface MixtureOptions {
  readonly nComponents: number;
  /** One per row, not negative; default all 1. */
  readonly weights?: ArrayLike<number>;
  /** Where to start; left out, from the clusters of {@link kMeans}. */
  readonly start?: Mixture;
  /** Added to the diagonal of every covariance, in squared units of the features. Default 1e-6. */
  readonly varianceFloor?: number;
  /** Gain in mean log likelihood at which to stop. Default 1e-6. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** For the clusters to start from. Default 0. */
  readonly seed?: number;
  readonly linearAlgebra?: LinearAlgebra;
}

export interface FittedMixture extends Mixture {
  /** Mean over the rows, by weight, of the log density. */
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Fits a mixture of Gaussians by expectation maximisation.
 *
 * Solves    max Σ wᵢ·log Σ_k πₖ·N(xᵢ; μₖ, Σₖ), by turns: responsibilities r_ik ∝ πₖ·N(xᵢ; μₖ, Σₖ), then weighted moments
 *           πₖ = Σ w·r / Σ w, μₖ = Σ w·r·x / Σ w·r, Σₖ = Σ w·r·(x − μₖ)(x − μₖ)ᵀ / Σ w·r + floor·I
 * Stops     when the mean log likelihood gains no more than `tolerance`, or after `maxIterations`
 * Errors    NUMERICAL where a covariance is singular: raise `varianceFloor`, or take fewer components.
 * Paper     dempster1977
 * Example   const mixture = gaussianMixture(x, { nComponents: 3 });
 */
export function gaussianMixture(x: MatrixInput, options: MixtureOptions): FittedMixture {
  const { nComponents, varianceFloor = 1e-6, tolerance = 1e-6, maxIterations = 1000 } = options;
  const { linearAlgebra = referenceLinearAlgebra, seed = 0 } = options;
  const rows = toDense(toMatrix(x, 'gaussianMixture', 'x'));
  const weights = Float64Array.from(options.weights ?? new Float64Array(rows.rows).fill(1));
  checkNotEmpty(weights, 'gaussianMixture', 'x');
  checkSize(weights, rows.rows, 'gaussianMixture', 'weights');
  checkWhole(nComponents, 1, rows.rows, 'gaussianMixture', 'nComponents');
  let mixture = options.start ?? startFromClusters(linearAlgebra, rows, weights, options, seed);
  let before = -Infinity;
  for (let iterations = 0; ; iterations++) {
    const { shares, logDensity } = expectation(linearAlgebra, mixture, rows);
    const logLikelihood = weightedMean(logDensity, weights);
    const converged = logLikelihood - before <= tolerance;
    if (converged || iterations >= maxIterations) {
      return { ...mixture, logLikelihood, iterations, converged };
    }
    before = logLikelihood;
    mixture = maximization(linearAlgebra, rows, weights, shares, varianceFloor);
  }
}

/** The chance of each component given each row [rows, nComponents]. */
export function responsibilities(
  mixture: Mixture,
  x: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): DenseMatrix {
  const rows = toDense(toMatrix(x, 'responsibilities', 'x'));
  return expectation(linearAlgebra, mixture, rows).shares;
}

/** The log density of each row. */
export function mixtureLogDensity(
  mixture: Mixture,
  x: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): Float64Array {
  const rows = toDense(toMatrix(x, 'mixtureLogDensity', 'x'));
  return expectation(linearAlgebra, mixture, rows).logDensity;
}

function expectation(
  linearAlgebra: LinearAlgebra,
  { shares: priors, means, covariances }: Mixture,
  x: DenseMatrix,
): { shares: DenseMatrix; logDensity: Float64Array } {
  const k = priors.length;
  const d = means.columns;
  const shares = denseMatrix(x.rows, k);
  for (let c = 0; c < k; c++) {
    const mean = means.data.subarray(c * d, (c + 1) * d);
    const gaussian = gaussianOf(linearAlgebra, mean, covariances[c]);
    const squares = squaredMahalanobis(linearAlgebra, gaussian, x);
    const constant =
      Math.log(priors[c]) - gaussian.halfLogDeterminant - (d / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < x.rows; i++) shares.data[i * k + c] = constant - squares[i] / 2;
  }
  const logDensity = new Float64Array(x.rows);
  for (let i = 0; i < x.rows; i++) {
    const from = i * k;
    let largest = -Infinity;
    for (let c = 0; c < k; c++) largest = Math.max(largest, shares.data[from + c]);
    let sum = 0;
    for (let c = 0; c < k; c++) {
      sum += shares.data[from + c] = Math.exp(shares.data[from + c] - largest);
    }
    for (let c = 0; c < k; c++) shares.data[from + c] /= sum;
    logDensity[i] = largest + Math.log(sum);
  }
  return { shares, logDensity };
}

function maximization(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  weights: Float64Array,
  shares: DenseMatrix,
  varianceFloor: number,
): Mixture {
  const k = shares.columns;
  const d = x.columns;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const priors = new Float64Array(k);
  const means = denseMatrix(k, d);
  const covariances: DenseMatrix[] = [];
  for (let c = 0; c < k; c++) {
    const own = weights.map((weight, i) => weight * shares.data[i * k + c]);
    // A component that no row speaks for keeps a trace of weight, so that its moments exist.
    const mass = own.reduce((sum, weight) => sum + weight, 0) + Number.MIN_VALUE;
    priors[c] = mass / total;
    const mean = means.data.subarray(c * d, (c + 1) * d);
    for (let i = 0; i < x.rows; i++) addRow(mean, x, i, own[i] / mass);
    const covariance = linearAlgebra.crossProduct(centred(x, mean, own));
    for (let p = 0; p < covariance.data.length; p++) covariance.data[p] /= mass;
    for (let j = 0; j < d; j++) covariance.data[j * (d + 1)] += varianceFloor;
    covariances.push(covariance);
  }
  return { shares: priors, means, covariances };
}

/** Moments of the clusters of k-means. */
function startFromClusters(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  weights: Float64Array,
  { nComponents, varianceFloor = 1e-6 }: MixtureOptions,
  seed: number,
): Mixture {
  const { labels } = kMeans(x, { nClusters: nComponents, weights, seed, linearAlgebra });
  const shares = denseMatrix(x.rows, nComponents);
  labels.forEach((label, i) => (shares.data[i * nComponents + label] = 1));
  return maximization(linearAlgebra, x, weights, shares, varianceFloor);
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (weights[i] > 0) sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

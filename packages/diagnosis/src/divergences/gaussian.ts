import type { DenseMatrix, LinearAlgebra, Matrix, MatrixInput } from '@graft-ml/core';
import { denseMatrix, toDense } from '@graft-ml/core';
import {
  columnMeans,
  covariance,
  logDeterminant,
  referenceLinearAlgebra,
  squaredBuresDistance,
} from '@graft-ml/numerics';
import { samplePair } from '../internal/inputs.js';
import { onOneScale } from './moments.js';

export interface GaussianDivergences {
  /** KL(source ‖ target) = ½·(tr(Ct⁻¹Cs) + Δᵀ·Ct⁻¹·Δ − d + log |Ct|/|Cs|), in nats. */
  readonly klSourceTarget: number;
  /** KL(target ‖ source). */
  readonly klTargetSource: number;
  /** Jeffreys' divergence, the sum of both. */
  readonly jeffreys: number;
  /** Upper bound of the Jensen–Shannon divergence, in nats: ½·log|M| − ¼·(log|Cs| + log|Ct|), M the covariance of the even mixture. */
  readonly jensenShannonBound: number;
  /** ⅛·Δᵀ·C⁻¹·Δ + ½·log(|C| / √(|Cs|·|Ct|)), C = (Cs + Ct)/2. */
  readonly bhattacharyya: number;
  /** √(1 − exp(−bhattacharyya)), in [0, 1]. */
  readonly hellinger: number;
  /** Squared 2-Wasserstein (Fréchet) distance: ‖Δ‖² + tr(Cs + Ct − 2·(Cs^½·Ct·Cs^½)^½), in squared units of the features. */
  readonly frechet: number;
  /** √(Δᵀ·C⁻¹·Δ): the distance of the means in units of the common spread. */
  readonly mahalanobis: number;
}

/** Divergences of the Gaussians fitted to two samples; Δ = mean_s − mean_t, Cs and Ct the covariances over n − 1.
 *
 * Shapes    source [ns, d], target [nt, d]; more rows than columns in each, else a covariance has no inverse
 * Assumes   both samples are roughly Gaussian; other differences are not seen. The exact Jensen–Shannon divergence of two
 *           Gaussians has no closed form; the bound given is that of a Gaussian with the mixture's moments.
 * Errors    NUMERICAL where a covariance is singular: drop constant or duplicate columns, or reduce dimensions first.
 * Example   gaussianDivergences(xs, xt).klSourceTarget
 */
export function gaussianDivergences(
  source: MatrixInput,
  target: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): GaussianDivergences {
  const { xs, xt } = samplePair('gaussianDivergences', source, target, 2);
  const d = xs.columns;
  const s = fitGaussian(linearAlgebra, xs);
  const t = fitGaussian(linearAlgebra, xt);
  const delta = denseMatrix(d, 1);
  const shared = denseMatrix(d, d);
  const mixture = denseMatrix(d, d);
  for (let j = 0; j < d; j++) delta.data[j] = s.mean[j] - t.mean[j];
  for (let i = 0, p = 0; i < d; i++) {
    for (let j = 0; j < d; j++, p++) {
      shared.data[p] = (s.covariance.data[p] + t.covariance.data[p]) / 2;
      mixture.data[p] = shared.data[p] + (delta.data[i] * delta.data[j]) / 4;
    }
  }
  const logShared = logDeterminant(linearAlgebra, shared);
  const spread = quadraticForm(linearAlgebra, shared, delta);
  const bhattacharyya = spread / 8 + logShared / 2 - (s.logDeterminant + t.logDeterminant) / 4;
  const kl = (from: GaussianFit, to: GaussianFit) =>
    (traceOfRatio(linearAlgebra, to.covariance, from.covariance) +
      quadraticForm(linearAlgebra, to.covariance, delta) -
      d +
      to.logDeterminant -
      from.logDeterminant) /
    2;
  const klSourceTarget = kl(s, t);
  const klTargetSource = kl(t, s);
  return {
    klSourceTarget,
    klTargetSource,
    jeffreys: klSourceTarget + klTargetSource,
    jensenShannonBound:
      logDeterminant(linearAlgebra, mixture) / 2 - (s.logDeterminant + t.logDeterminant) / 4,
    bhattacharyya,
    hellinger: Math.sqrt(Math.max(0, 1 - Math.exp(-bhattacharyya))),
    frechet: frechetOf(linearAlgebra, s, t),
    mahalanobis: Math.sqrt(spread),
  };
}

/** Fréchet distance of Gaussian fits alone, which needs no inverse: singular covariances are fine.
 *
 * `normalized` first brings all entries to mean 0 and spread 1 as {@link linearDiscrepancy} does, and divides by d.
 */
export function frechetDistance(
  source: MatrixInput,
  target: MatrixInput,
  options: { readonly normalized?: boolean; readonly linearAlgebra?: LinearAlgebra } = {},
): number {
  const { normalized = false, linearAlgebra = referenceLinearAlgebra } = options;
  const pair = samplePair('frechetDistance', source, target, 2);
  let xs = toDense(pair.xs);
  let xt = toDense(pair.xt);
  if (normalized) [xs, xt] = onOneScale(xs, xt);
  const moments = (x: Matrix) => ({
    mean: columnMeans(x),
    covariance: covariance(linearAlgebra, x),
  });
  const value = frechetOf(linearAlgebra, moments(xs), moments(xt));
  return normalized ? value / xs.columns : value;
}

interface Moments {
  readonly mean: Float64Array;
  readonly covariance: DenseMatrix;
}

interface GaussianFit extends Moments {
  readonly logDeterminant: number;
}

function fitGaussian(linearAlgebra: LinearAlgebra, x: Matrix): GaussianFit {
  const c = covariance(linearAlgebra, x);
  return { mean: columnMeans(x), covariance: c, logDeterminant: logDeterminant(linearAlgebra, c) };
}

function frechetOf(linearAlgebra: LinearAlgebra, s: Moments, t: Moments): number {
  const means = s.mean.reduce((sum, value, j) => sum + (value - t.mean[j]) ** 2, 0);
  return means + squaredBuresDistance(linearAlgebra, s.covariance, t.covariance);
}

/** vᵀ·a⁻¹·v. */
function quadraticForm(linearAlgebra: LinearAlgebra, a: DenseMatrix, v: DenseMatrix): number {
  const { data } = linearAlgebra.solvePositiveDefinite(a, v);
  return data.reduce((sum, value, j) => sum + value * v.data[j], 0);
}

/** tr(a⁻¹·b). */
function traceOfRatio(linearAlgebra: LinearAlgebra, a: DenseMatrix, b: DenseMatrix): number {
  const { data, columns } = linearAlgebra.solvePositiveDefinite(a, b);
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += data[j * (columns + 1)];
  return sum;
}

import { type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classIndices } from '../internal/inputs.js';

export interface LogEvidence {
  /** Mean over one-hot classes of the maximal log evidence per row; higher transfers better. */
  readonly score: number;
  readonly perClass: Float64Array;
  /** Precision of the coefficients that maximises the evidence, per class. */
  readonly alpha: Float64Array;
  /** Precision of the noise, per class. */
  readonly beta: Float64Array;
  /** The most rounds any class took. */
  readonly iterations: number;
  /** Why the last of them ended, in words. */
  readonly stopReason: string;
}

/** LogME: how probable the labels are under a Bayesian linear model of the features, at its best precisions.
 *
 * Model    y = F·w + noise per one-hot class, w ~ N(0, α⁻¹I), noise variance β⁻¹, no intercept
 * Value    (d/2·log α + n/2·log β − n/2·log 2π − β/2·‖F·m − y‖² − α/2·‖m‖² − ½·Σ log(α + β·σ²)) / n,
 *          m = β·(αI + β·FᵀF)⁻¹·Fᵀ·y, σ the singular values of F
 * Solved   by the fixed point γ = Σ βσ²/(α + βσ²), α = γ/‖m‖², β = (n − γ)/‖F·m − y‖² from 1, 1 until α/β moves by less than
 *          `tolerance` (relative, default 1e-10) or 1000 rounds
 * Shapes   features [n, d], labels [n]. Comparable between feature sets of the same rows only. Paper: you2021.
 */
export function logMaximumEvidence(
  features: MatrixInput,
  labels: ArrayLike<number>,
  tolerance = 1e-10,
): LogEvidence {
  const who = 'logMaximumEvidence';
  const f = toDense(toMatrix(features, who, 'features'));
  classIndices(who, labels, f.rows, 'labels');
  const nClasses = 1 + Math.max(...Array.from(labels));
  const tall = f.rows >= f.columns;
  const gram = tall
    ? referenceLinearAlgebra.crossProduct(f)
    : referenceLinearAlgebra.multiply(f, f, { transposeB: true });
  const { values, vectors } = referenceLinearAlgebra.eigenSymmetric(gram);
  const rank = values.reduce((n, value) => (value > values[0] * 1e-14 ? n + 1 : n), 0);
  const squared = values.slice(0, rank);
  const perClass = new Float64Array(nClasses);
  const alpha = new Float64Array(nClasses);
  const beta = new Float64Array(nClasses);
  let iterations = 0;
  let converged = true;
  for (let c = 0; c < nClasses; c++) {
    const energies = projectedEnergies(f, vectors, squared, tall, labels, c);
    const total = Array.from(labels).filter((label) => label === c).length;
    const fit = maximise(energies, total, squared, f.rows, f.columns, tolerance);
    perClass[c] = fit.evidence;
    alpha[c] = fit.alpha;
    beta[c] = fit.beta;
    iterations = Math.max(iterations, fit.iterations);
    converged &&= fit.converged;
  }
  return {
    score: perClass.reduce((a, b) => a + b, 0) / nClasses,
    perClass,
    alpha,
    beta,
    iterations,
    stopReason: converged ? 'α/β moves within the tolerance' : 'the iterations ran out',
  };
}

/** (uᵢᵀy)² for the left singular vectors uᵢ of F and y the indicator of class `c`. */
function projectedEnergies(
  f: ReturnType<typeof toDense>,
  vectors: ReturnType<typeof toDense>,
  squared: Float64Array,
  tall: boolean,
  labels: ArrayLike<number>,
  c: number,
): Float64Array {
  const along = new Float64Array(vectors.rows);
  for (let i = 0; i < f.rows; i++) {
    if (labels[i] !== c) continue;
    if (tall) for (let j = 0; j < f.columns; j++) along[j] += f.data[i * f.columns + j];
    else along[i] = 1;
  }
  return squared.map((value, k) => {
    let dot = 0;
    for (let j = 0; j < along.length; j++) dot += along[j] * vectors.data[j * vectors.columns + k];
    return tall ? (dot * dot) / value : dot * dot;
  });
}

function maximise(
  energies: Float64Array,
  total: number,
  squared: Float64Array,
  n: number,
  d: number,
  tolerance: number,
) {
  let alpha = 1;
  let beta = 1;
  const outside = Math.max(0, total - energies.reduce((a, b) => a + b, 0));
  const moments = () => {
    let norm = 0;
    let residual = outside;
    let gamma = 0;
    energies.forEach((energy, k) => {
      const scale = alpha + beta * squared[k];
      norm += (beta * beta * squared[k] * energy) / (scale * scale);
      residual += (energy * alpha * alpha) / (scale * scale);
      gamma += (beta * squared[k]) / scale;
    });
    return { norm, residual, gamma };
  };
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < 1000) {
    const before = alpha / beta;
    const { norm, residual, gamma } = moments();
    alpha = gamma / Math.max(norm, 1e-300);
    beta = (n - gamma) / Math.max(residual, 1e-300);
    converged = Math.abs(alpha / beta - before) <= tolerance * before;
    iterations++;
  }
  const { norm, residual } = moments();
  let logDeterminant = (d - squared.length) * Math.log(alpha);
  for (const value of squared) logDeterminant += Math.log(alpha + beta * value);
  const evidence =
    (d * Math.log(alpha) +
      n * Math.log(beta) -
      n * Math.log(2 * Math.PI) -
      beta * residual -
      alpha * norm -
      logDeterminant) /
    (2 * n);
  return { evidence, alpha, beta, iterations, converged };
}

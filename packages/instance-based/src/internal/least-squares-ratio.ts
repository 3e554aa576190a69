import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { denseMatrix } from '@graft-ml/core';

/** Kernel values of the rows of both samples to the same centres: [nSource, nCentres] and [nTarget, nCentres]. */
export interface Features {
  readonly source: DenseMatrix;
  readonly target: DenseMatrix;
}

/** The two moments that least squares needs. */
export interface Moments {
  /** α·mean φt·φtᵀ + (1 − α)·mean φs·φsᵀ. */
  readonly quadratic: DenseMatrix;
  /** mean φt, as a column. */
  readonly linear: DenseMatrix;
}

export function momentsOf(
  linearAlgebra: LinearAlgebra,
  { source, target }: Features,
  relative: number,
): Moments {
  const quadratic = linearAlgebra.crossProduct(source);
  const b = source.columns;
  for (let p = 0; p < b * b; p++) quadratic.data[p] *= (1 - relative) / source.rows;
  if (relative > 0) {
    const { data } = linearAlgebra.crossProduct(target);
    for (let p = 0; p < b * b; p++) quadratic.data[p] += (relative / target.rows) * data[p];
  }
  const linear = denseMatrix(b, 1);
  for (let i = 0, p = 0; i < target.rows; i++) {
    for (let c = 0; c < b; c++, p++) linear.data[c] += target.data[p] / target.rows;
  }
  return { quadratic, linear };
}

/** θ = (H + λI)⁻¹·h, before negative entries are set to 0. */
export function solveRatio(
  linearAlgebra: LinearAlgebra,
  { quadratic, linear }: Moments,
  regularization: number,
): Float64Array {
  return linearAlgebra.solvePositiveDefinite(ridged(quadratic, regularization), linear).data;
}

/** Mean of ½·r(xsⱼ)² − r(xtⱼ) over pairs, each left out of both samples while θ is fitted anew and clipped at 0.
 *
 * One factorisation serves all pairs (kanamori2009, section 4): without pair j,
 * θ = (ns − 1)/ns · (B − u·uᵀ)⁻¹·(nt·h − φtⱼ)/(nt − 1)   with B = H + λ·(ns − 1)/ns·I, u = φsⱼ/√ns, by Sherman and Morrison.
 * Row j of one sample is paired with row j of the other, for as many rows as both have, at most `maxPairs`.
 */
export function leaveOneOutScore(
  linearAlgebra: LinearAlgebra,
  { source, target }: Features,
  { quadratic, linear }: Moments,
  regularization: number,
  maxPairs = 500,
): number {
  const b = source.columns;
  const [ns, nt] = [source.rows, target.rows];
  const pairs = Math.min(ns, nt, maxPairs);
  const shrink = (ns - 1) / ns;
  // Right sides side by side: φs of every pair, then nt·h − φt of every pair.
  const right = denseMatrix(b, 2 * pairs);
  for (let j = 0; j < pairs; j++) {
    for (let c = 0; c < b; c++) {
      right.data[c * 2 * pairs + j] = source.data[j * b + c];
      right.data[c * 2 * pairs + pairs + j] =
        (nt * linear.data[c] - target.data[j * b + c]) / (nt - 1);
    }
  }
  const { data } = linearAlgebra.solvePositiveDefinite(
    ridged(quadratic, regularization * shrink),
    right,
  );
  let score = 0;
  for (let j = 0; j < pairs; j++) {
    let across = 0;
    let along = 0;
    for (let c = 0; c < b; c++) {
      const phi = source.data[j * b + c];
      across += phi * data[c * 2 * pairs + pairs + j];
      along += phi * data[c * 2 * pairs + j];
    }
    const factor = across / (ns - along);
    let atSource = 0;
    let atTarget = 0;
    for (let c = 0; c < b; c++) {
      const solved = data[c * 2 * pairs + pairs + j] + factor * data[c * 2 * pairs + j];
      const theta = Math.max(0, shrink * solved);
      atSource += theta * source.data[j * b + c];
      atTarget += theta * target.data[j * b + c];
    }
    score += (atSource * atSource) / 2 - atTarget;
  }
  return score / pairs;
}

/** ½·(α·mean r(xt)² + (1 − α)·mean r(xs)²) − mean r(xt): up to a constant, the squared error of the ratio. Lower is better. */
export function squaredError(theta: Float64Array, features: Features, relative: number): number {
  const [s, t] = [valuesAt(features.source, theta), valuesAt(features.target, theta)];
  let [squares, mean, squaresT] = [0, 0, 0];
  for (let i = 0; i < s.length; i++) squares += (s[i] * s[i]) / s.length;
  for (let i = 0; i < t.length; i++) {
    squaresT += (t[i] * t[i]) / t.length;
    mean += t[i] / t.length;
  }
  return (relative * squaresT + (1 - relative) * squares) / 2 - mean;
}

export function valuesAt(features: DenseMatrix, theta: Float64Array): Float64Array {
  const values = new Float64Array(features.rows);
  for (let i = 0, p = 0; i < features.rows; i++) {
    for (let c = 0; c < features.columns; c++, p++) values[i] += features.data[p] * theta[c];
  }
  return values;
}

function ridged(matrix: DenseMatrix, amount: number): DenseMatrix {
  const copy = denseMatrix(matrix.rows, matrix.columns, Float64Array.from(matrix.data));
  for (let i = 0; i < copy.rows; i++) copy.data[i * copy.rows + i] += amount;
  return copy;
}

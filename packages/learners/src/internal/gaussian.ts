import { type DenseMatrix, denseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { centred } from './centred.js';

/** A Gaussian N(mean, covariance), ready to be evaluated. */
export interface Gaussian {
  readonly mean: Float64Array;
  /** L⁻¹ of the Cholesky factor of the covariance. */
  readonly whitening: DenseMatrix;
  /** ½·log det of the covariance. */
  readonly halfLogDeterminant: number;
}

/** Errors: `NUMERICAL` where the covariance is singular. */
export function gaussianOf(
  linearAlgebra: LinearAlgebra,
  mean: Float64Array,
  covariance: DenseMatrix,
): Gaussian {
  const d = mean.length;
  const lower = linearAlgebra.cholesky(covariance);
  const identity = denseMatrix(d, d);
  let halfLogDeterminant = 0;
  for (let j = 0; j < d; j++) {
    identity.data[j * (d + 1)] = 1;
    halfLogDeterminant += Math.log(lower.data[j * (d + 1)]);
  }
  return { mean, whitening: linearAlgebra.solveTriangular(lower, identity), halfLogDeterminant };
}

/** (x − mean)ᵀ·covariance⁻¹·(x − mean) of each row. */
export function squaredMahalanobis(
  linearAlgebra: LinearAlgebra,
  { mean, whitening }: Gaussian,
  x: Matrix,
): Float64Array {
  const white = linearAlgebra.multiply(centred(x, mean), whitening, { transposeB: true });
  const squares = new Float64Array(x.rows);
  for (let i = 0, p = 0; i < x.rows; i++) {
    for (let j = 0; j < white.columns; j++, p++) squares[i] += white.data[p] * white.data[p];
  }
  return squares;
}

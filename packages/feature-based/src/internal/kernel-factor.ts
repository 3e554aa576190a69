import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { addToDiagonal, identity } from './matrix-sums.js';
import { featureCoordinates, represent, type RepresentationOptions } from './representation.js';

/** Coordinates whose inner products are the kernel, K = G·Gᵀ, and the way back to what applies to new rows. */
export interface KernelFactor {
  /** G [n, r]. */
  readonly rows: DenseMatrix;
  /** Rows that new ones are compared with; absent where coefficients apply to the rows themselves. */
  readonly landmarks?: DenseMatrix | undefined;
  readonly gamma?: number | undefined;
  /** Directions z [r, k] in the coordinates → coefficients [nFeatures or nLandmarks, k] for new rows. */
  expand(directions: DenseMatrix): DenseMatrix;
}

export interface KernelFactorOptions extends Omit<RepresentationOptions, 'kernel'> {
  readonly kernel: 'linear' | 'rbf';
}

/** Factors the kernel of the rows `x`, so that a function f = Σ αᵢ·k(xᵢ, ·) becomes f = G·z with ‖f‖²_K = ‖z‖².
 *
 * linear  the rows themselves, or, where n < nFeatures, in a basis of their row space
 * rbf     the Cholesky factor R of the kernel between landmarks, K + δI = R·Rᵀ and G = k(x, landmarks)·R^(−T): R itself
 *         where all rows are landmarks. δ = 10·n·ε is what rounding does to K anyway; it lets equal rows have a factor.
 */
export function kernelFactor(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  options: KernelFactorOptions,
): KernelFactor {
  if (options.kernel === 'linear') return featureCoordinates(linearAlgebra, x);
  const { rows, landmarks, gamma } = represent(linearAlgebra, x, options);
  if (!landmarks || gamma === undefined) throw new TypeError('an rbf kernel has landmarks');
  const all = landmarks.rows === x.rows;
  const between = all
    ? rows
    : linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, landmarks, landmarks);
  const rounding = 10 * between.rows * Number.EPSILON;
  const factor = linearAlgebra.cholesky(addToDiagonal(between, rounding));
  const expand = (directions: DenseMatrix) =>
    linearAlgebra.solveTriangular(factor, directions, { transpose: true });
  return {
    rows: all ? factor : linearAlgebra.multiply(rows, expand(identity(factor.rows))),
    landmarks,
    gamma,
    expand,
  };
}

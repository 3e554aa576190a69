import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  selectRows,
} from '@graft-ml/core';
import { addToDiagonal } from './matrix-sums.js';
import { otherNumbers } from './other-numbers.js';
import {
  chooseLandmarks,
  featureCoordinates,
  type RepresentationOptions,
} from './representation.js';

/** Coordinates whose inner products are the kernel, K = G·Gᵀ, and the way back to what applies to new rows. */
export interface KernelFactor {
  /** G [n, r]. */
  readonly rows: DenseMatrix;
  /** Which rows of G are, in this order, a lower triangle [r]; absent where none are known to be. */
  readonly triangle?: Int32Array | undefined;
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
 * rbf     the Cholesky factor R of the kernel between landmarks, K + δI = R·Rᵀ: G has R's rows at the landmarks and
 *         k(x, landmarks)·R^(−T) elsewhere. δ = 10·n·ε is what rounding does to K anyway; it lets equal rows have a factor.
 */
export function kernelFactor(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  options: KernelFactorOptions,
): KernelFactor {
  if (options.kernel === 'linear') return featureCoordinates(linearAlgebra, x);
  const { landmarks, chosen, gamma } = chooseLandmarks(linearAlgebra, x, options);
  const kernel = { type: 'rbf', gamma } as const;
  const between = linearAlgebra.kernelMatrix(kernel, landmarks, landmarks);
  const rounding = 10 * between.rows * Number.EPSILON;
  const factor = linearAlgebra.cholesky(addToDiagonal(between, rounding));
  const parts = {
    triangle: chosen ?? Int32Array.from({ length: x.rows }, (_, i) => i),
    landmarks,
    gamma,
    expand: (directions: DenseMatrix) =>
      linearAlgebra.solveTriangular(factor, directions, { transpose: true }),
  };
  if (!chosen) return { rows: factor, ...parts };
  const others = otherNumbers(x.rows, chosen);
  const turned = linearAlgebra.solveTriangular(
    factor,
    linearAlgebra.kernelMatrix(kernel, landmarks, selectRows(x, others)),
  );
  const rows = denseMatrix(x.rows, factor.rows);
  chosen.forEach((i, k) => rows.data.set(rowOf(factor, k), i * rows.columns));
  others.forEach((i, k) => {
    for (let j = 0; j < rows.columns; j++) {
      rows.data[i * rows.columns + j] = turned.data[j * others.length + k];
    }
  });
  return { rows, ...parts };
}

function rowOf({ columns, data }: DenseMatrix, i: number): Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}

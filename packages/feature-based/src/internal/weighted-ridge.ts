import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { addToDiagonal, transposed } from './matrix-sums.js';

/** Weighted ridge regression on fixed rows with a free intercept, before the values to fit are known.
 *
 * min over B, b of Σ aᵢ‖φᵢ·B + b − dᵢ‖² + η·pen(B), with Σ a = 1, as a function of Z = diag(a)·D:
 * its value is tr Zᵀ·R·Z, where dᵢ = zᵢ / aᵢ.
 */
export interface WeightedRidge {
  /** R·Z for a symmetric positive semidefinite R [n, n], whose rows are zero where a is zero. */
  residual(z: DenseMatrix): DenseMatrix;
  /** The best B for Z = diag(a)·D [coefficients per output, outputs]. */
  coefficients(z: DenseMatrix): DenseMatrix;
}

/** φ = x centred by its weighted mean and pen(B) = ‖B‖²; coefficients [nFeatures, outputs].
 *
 * R = W^(−½)·(I − u·uᵀ − F·S^(−1)·Fᵀ)·W^(−½) with u = √a, F = W^½·φ, S = FᵀF + ηI. With more features than rows the
 * same from the n × n matrix φ·φᵀ.
 */
export function linearRidge(
  linearAlgebra: LinearAlgebra,
  centredRows: DenseMatrix,
  shares: Float64Array,
  regularization: number,
): WeightedRidge {
  if (centredRows.columns > centredRows.rows) {
    const gram = linearAlgebra.kernelMatrix({ type: 'linear' }, centredRows, centredRows);
    const dual = kernelRidge(linearAlgebra, gram, shares, regularization);
    return {
      residual: dual.residual,
      coefficients: (z) =>
        linearAlgebra.multiply(centredRows, dual.coefficients(z), { transposeA: true }),
    };
  }
  const roots = shares.map(Math.sqrt);
  const inverseRoots = roots.map((root) => (root > 0 ? 1 / root : 0));
  const rows = scaleRows(centredRows, roots);
  const lower = linearAlgebra.cholesky(
    addToDiagonal(linearAlgebra.crossProduct(rows), regularization),
  );
  const half = linearAlgebra.solveTriangular(lower, transposed(rows));
  return {
    residual: (z) => {
      const weighted = scaleRows(z, inverseRoots);
      const rest = withoutPart(weighted, roots);
      const told = linearAlgebra.multiply(half, linearAlgebra.multiply(half, weighted), {
        transposeA: true,
      });
      for (let p = 0; p < rest.data.length; p++) rest.data[p] -= told.data[p];
      return scaleRows(rest, inverseRoots);
    },
    coefficients: (z) =>
      linearAlgebra.solveTriangular(
        lower,
        linearAlgebra.multiply(half, scaleRows(z, inverseRoots)),
        { transpose: true },
      ),
  };
}

/** φᵢ = k(xᵢ, ·) and pen(B) the squared norm in the kernel's space; coefficients α [n, outputs] of k(x, xᵢ), up to a constant.
 *
 * R = W^(−½)·(η·G^(−1) − u·uᵀ)·W^(−½) with G = W^½·K·W^½ without its part along u = √a, + ηI; α = W^½·G^(−1)·W^(−½)·Z,
 * without its part along u.
 */
export function kernelRidge(
  linearAlgebra: LinearAlgebra,
  kernel: DenseMatrix,
  shares: Float64Array,
  regularization: number,
): WeightedRidge {
  const n = kernel.rows;
  const roots = shares.map(Math.sqrt);
  const inverseRoots = roots.map((root) => (root > 0 ? 1 / root : 0));
  const means = new Float64Array(n);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) means[i] += shares[k] * kernel.data[i * n + k];
    mean += shares[i] * means[i];
  }
  const system = denseMatrix(n, n);
  for (let i = 0, p = 0; i < n; i++) {
    for (let k = 0; k < n; k++, p++) {
      const inner = kernel.data[p] - means[i] - means[k] + mean;
      system.data[p] = roots[i] * inner * roots[k] + (i === k ? regularization : 0);
    }
  }
  const identity = addToDiagonal(denseMatrix(n, n), 1);
  const inverse = linearAlgebra.solvePositiveDefinite(system, identity);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const mean = (inverse.data[i * n + k] + inverse.data[k * n + i]) / 2;
      inverse.data[i * n + k] = inverse.data[k * n + i] = mean;
    }
  }
  return {
    residual: (z) => {
      const weighted = scaleRows(z, inverseRoots);
      const rest = linearAlgebra.multiply(inverse, weighted);
      const part = withoutPart(weighted, roots);
      for (let p = 0; p < rest.data.length; p++) {
        rest.data[p] = regularization * rest.data[p] + part.data[p] - weighted.data[p];
      }
      return scaleRows(rest, inverseRoots);
    },
    coefficients: (z) => {
      const weighted = withoutPart(scaleRows(z, inverseRoots), roots);
      return scaleRows(linearAlgebra.multiply(inverse, weighted), roots);
    },
  };
}

/** z − u·(uᵀ·z) for a unit vector u. */
function withoutPart(z: DenseMatrix, unit: Float64Array): DenseMatrix {
  const { rows, columns } = z;
  const data = Float64Array.from(z.data);
  for (let j = 0; j < columns; j++) {
    let part = 0;
    for (let i = 0; i < rows; i++) part += unit[i] * data[i * columns + j];
    for (let i = 0; i < rows; i++) data[i * columns + j] -= part * unit[i];
  }
  return denseMatrix(rows, columns, data);
}

function scaleRows({ rows, columns, data }: DenseMatrix, factors: Float64Array): DenseMatrix {
  const scaled = new Float64Array(data.length);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) scaled[p] = factors[i] * data[p];
  }
  return denseMatrix(rows, columns, scaled);
}

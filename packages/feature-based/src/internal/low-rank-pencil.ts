import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { type Components, leadingComponents } from './components.js';
import { scaled, transposed } from './matrix-sums.js';
import { orientColumns, scaleColumns } from './representation.js';

/** Solves S·v = w·(P + DᵀD)·v for the rows of a D [few, r]: the `count` components of largest w, fewer where no more carry scatter. */
export type PencilSolver = (directions: DenseMatrix, count: number) => Components;

/** Solver for a scatter matrix S [r, r] and P = λI.
 *
 * With the singular values s and left singular vectors W of Dᵀ/√λ, DᵀD + λI = λ·R⁻² for R = I − W·C·Wᵀ, C = 1 − 1/√(1 + s²).
 * So R·(S/λ)·R is a symmetric problem that differs from S/λ by few products: v = R·x/√λ for its eigenvectors x.
 */
export function scatterPencil(
  linearAlgebra: LinearAlgebra,
  scatter: DenseMatrix,
  regularization: number,
): PencilSolver {
  const root = 1 / Math.sqrt(regularization);
  return (directions, count) => {
    const { u, s } = linearAlgebra.svd(scaled(transposed(directions), root));
    const bent = scaleColumns(
      u,
      s.map((value) => 1 - 1 / Math.sqrt(1 + value * value)),
    );
    // R·S·R = S − (B·Zᵀ + Z·Bᵀ) with B = W·C and Z = S·W − B·(Wᵀ·S·W)/2.
    const seen = linearAlgebra.multiply(scatter, u);
    const within = linearAlgebra.multiply(u, seen, { transposeA: true });
    const half = linearAlgebra.multiply(bent, within);
    const z = denseMatrix(
      seen.rows,
      seen.columns,
      seen.data.map((value, p) => value - half.data[p] / 2),
    );
    const across = linearAlgebra.multiply(bent, z, { transposeB: true });
    const r = scatter.rows;
    const matrix = denseMatrix(r, r);
    // Only the lower triangle is read.
    for (let i = 0; i < r; i++) {
      for (let j = 0; j <= i; j++) {
        const p = i * r + j;
        matrix.data[p] =
          (scatter.data[p] - across.data[p] - across.data[j * r + i]) / regularization;
      }
    }
    const { values, vectors } = linearAlgebra.eigenSymmetric(matrix, {
      count: Math.min(count, r),
    });
    const along = linearAlgebra.multiply(u, vectors, { transposeA: true });
    const moved = linearAlgebra.multiply(bent, along);
    const found = denseMatrix(
      r,
      vectors.columns,
      vectors.data.map((value, p) => root * (value - moved.data[p])),
    );
    return leadingComponents({ vectors: orientColumns(found), values }, r);
  };
}

/** Solver for S = F·Fᵀ, F [r, q], and any positive definite P, by matrices of size q.
 *
 * With P = L·Lᵀ, F̃ = L⁻¹F and the singular values s and left singular vectors W of L⁻¹Dᵀ, the w are the eigenvalues of
 * F̃ᵀ·(I − W·diag(s²/(1 + s²))·Wᵀ)·F̃, and v = L⁻ᵀ·(I − …)·F̃·y/√w for its eigenvectors y.
 */
export function factoredPencil(
  linearAlgebra: LinearAlgebra,
  factor: DenseMatrix,
  price: DenseMatrix,
): PencilSolver {
  const lower = linearAlgebra.cholesky(price);
  const seen = linearAlgebra.solveTriangular(lower, factor);
  const gram = linearAlgebra.crossProduct(seen);
  return (directions, count) => {
    const { u, s } = linearAlgebra.svd(
      linearAlgebra.solveTriangular(lower, transposed(directions)),
    );
    const bent = scaleColumns(
      u,
      s.map((value) => value / Math.sqrt(1 + value * value)),
    );
    const along = linearAlgebra.multiply(bent, seen, { transposeA: true });
    const taken = linearAlgebra.crossProduct(along);
    const q = gram.rows;
    const matrix = denseMatrix(
      q,
      q,
      gram.data.map((value, p) => value - taken.data[p]),
    );
    const found = leadingComponents(
      linearAlgebra.eigenSymmetric(matrix, { count: Math.min(count, q) }),
      directions.columns,
    );
    const y = scaleColumns(
      found.vectors,
      found.values.map((value) => 1 / Math.sqrt(value)),
    );
    const whole = linearAlgebra.multiply(seen, y);
    const reduced = linearAlgebra.multiply(bent, linearAlgebra.multiply(along, y));
    const kept = denseMatrix(
      whole.rows,
      whole.columns,
      whole.data.map((value, p) => value - reduced.data[p]),
    );
    const vectors = linearAlgebra.solveTriangular(lower, kept, { transpose: true });
    return { vectors: orientColumns(vectors), values: found.values };
  };
}

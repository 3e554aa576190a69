import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { symmetricPower } from './matrix-functions.js';

/** Affine-invariant distance of two symmetric positive definite matrices: √Σ log² λ over the values
 * of b·v = λ·a·v. */
export function riemannDistance(linalg: LinearAlgebra, a: DenseMatrix, b: DenseMatrix): number {
  linalg.cholesky(b); // refuses what is not positive definite, as the pencil does for `a`
  const { values } = linalg.eigenGeneralized(b, a);
  return Math.sqrt(values.reduce((sum, value) => sum + Math.log(value) ** 2, 0));
}

/** Geometric mean a # b = a^½·(a^−½·b·a^−½)^½·a^½ of two symmetric positive definite matrices: the
 * middle of the geodesic. */
export function geometricMean(linalg: LinearAlgebra, a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const root = symmetricPower(linalg, a, 0.5);
  const inverse = symmetricPower(linalg, a, -0.5);
  const inner = symmetricPower(linalg, sandwich(linalg, inverse, b), 0.5);
  return sandwich(linalg, root, inner);
}

/** Squared Bures (Wasserstein) distance tr a + tr b − 2·tr (a^½·b·a^½)^½ of two positive
 * semidefinite matrices; never negative. */
export function squaredBuresDistance(
  linalg: LinearAlgebra,
  a: DenseMatrix,
  b: DenseMatrix,
): number {
  const root = symmetricPower(linalg, a, 0.5);
  const inner = symmetricPower(linalg, sandwich(linalg, root, b), 0.5);
  return Math.max(0, trace(a) + trace(b) - 2 * trace(inner));
}

function sandwich(linalg: LinearAlgebra, outer: DenseMatrix, inner: DenseMatrix): DenseMatrix {
  return linalg.multiply(linalg.multiply(outer, inner), outer);
}

function trace({ rows, data }: DenseMatrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * (rows + 1)];
  return sum;
}

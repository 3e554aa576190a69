import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { symmetricPower } from '@graft-ml/numerics';
import { transposed } from './matrix-sums.js';

/** The symmetric A with A·S·A = T, and the trace of (S^½·T·S^½)^½ that goes into the distance.
 *
 * With S = L·Lᵀ it is L^(−ᵀ)·(Lᵀ·T·L)^½·L^(−1): one root instead of three. Errors: `NUMERICAL` where S is singular.
 */
export function mongeMatrix(
  linearAlgebra: LinearAlgebra,
  source: DenseMatrix,
  target: DenseMatrix,
): { readonly matrix: DenseMatrix; readonly trace: number } {
  const lower = linearAlgebra.cholesky(source);
  const right = linearAlgebra.multiply(target, lower);
  const between = linearAlgebra.multiply(lower, right, { transposeA: true });
  const root = symmetricPower(linearAlgebra, between, 1 / 2);
  const half = linearAlgebra.solveTriangular(lower, root, { transpose: true });
  const matrix = linearAlgebra.solveTriangular(lower, transposed(half), { transpose: true });
  let trace = 0;
  for (let j = 0; j < root.columns; j++) trace += root.data[j * root.columns + j];
  return { matrix, trace };
}

import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { symmetricPower } from '@graft-ml/numerics';

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

function transposed({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j];
  }
  return { format: 'dense', rows: columns, columns: rows, data: turned };
}

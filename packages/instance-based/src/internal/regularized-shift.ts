import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { surplus } from './label-shift.js';

/** θ = (CᵀC + λI)⁻¹·Cᵀ·(μ − C·1). */
export function solveRegularizedShift(
  linearAlgebra: LinearAlgebra,
  confusion: DenseMatrix,
  mu: Float64Array,
  regularization: number,
): Float64Array {
  const n = mu.length;
  const system = linearAlgebra.crossProduct(confusion);
  const damped = denseMatrix(n, n, system.data.slice());
  for (let c = 0; c < n; c++) damped.data[c * n + c] += regularization;
  const right = linearAlgebra.multiply(confusion, surplus(confusion, mu), { transposeA: true });
  return linearAlgebra.solvePositiveDefinite(damped, right).data;
}

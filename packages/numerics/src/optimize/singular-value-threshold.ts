import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';

export interface ThresholdedMatrix {
  readonly x: DenseMatrix;
  /** How many singular values are left. */
  readonly rank: number;
  /** Sum of the singular values of `x`. */
  readonly nuclearNorm: number;
}

/** argmin_X ½‖X − m‖²_F + threshold·‖X‖_*: the singular values of `m` lowered by `threshold` (≥ 0)
 * and cut at 0 (cai2010). */
export function singularValueThreshold(
  linalg: LinearAlgebra,
  m: DenseMatrix,
  threshold: number,
): ThresholdedMatrix {
  const { u, s, v } = linalg.svd(m);
  const kept = s.map((value) => Math.max(0, value - threshold));
  const scaled = { ...u, data: u.data.map((value, p) => value * kept[p % u.columns]) };
  return {
    x: linalg.multiply(scaled, v, { transposeB: true }),
    rank: kept.filter((value) => value > 0).length,
    nuclearNorm: kept.reduce((sum, value) => sum + value, 0),
  };
}

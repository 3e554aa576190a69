import type { DenseMatrix, LeastSquares } from '@graft-ml/core';
import { checkSameRows } from '../internal/checks.js';
import { multiply } from './multiply.js';
import { svd } from './svd.js';

/** The least-norm minimiser of `‖a·x − b‖`: `x = V·diag(1/s)·Uᵀ·b` over the singular values above
 * max(rows, columns)·ε·s₁. */
export function leastSquares(a: DenseMatrix, b: DenseMatrix): LeastSquares {
  const who = 'leastSquares';
  checkSameRows(a, b, who, 'b');
  const { u, s, v } = svd(a, {}, who);
  const floor = Math.max(a.rows, a.columns) * Number.EPSILON * (s[0] ?? 0);
  const rank = s.findIndex((value) => value <= floor);
  const coordinates = multiply(u, b, { transposeA: true });
  for (let k = 0; k < s.length; k++) {
    const factor = rank < 0 || k < rank ? 1 / s[k] : 0;
    for (let j = 0; j < b.columns; j++) coordinates.data[k * b.columns + j] *= factor;
  }
  return { x: multiply(v, coordinates), rank: rank < 0 ? s.length : rank };
}

import type { DenseMatrix, Eigen, EigenOptions } from '@graft-ml/core';
import { symmetricCopy, transposed } from '../internal/allocate.js';
import { checkSameRows, checkSquare, orientColumns } from '../internal/checks.js';
import { cholesky } from './cholesky.js';
import { eigenSymmetric } from './eigen-symmetric.js';
import { solveTriangularInPlace } from './triangular.js';

/** Pairs of `a·v = w·b·v`: with b = L·Lᵀ the values are those of C = L⁻¹·a·L⁻ᵀ and v = L⁻ᵀ·y for
 * its vectors y. */
export function eigenGeneralized(
  a: DenseMatrix,
  b: DenseMatrix,
  options: EigenOptions = {},
): Eigen {
  const who = 'eigenGeneralized';
  checkSquare(a, who, 'a');
  checkSquare(b, who, 'b');
  checkSameRows(a, b, who, 'b');
  const lower = cholesky(b, who);
  const half = symmetricCopy(a, who);
  solveTriangularInPlace(lower, half, false);
  const reduced = transposed(half, who);
  solveTriangularInPlace(lower, reduced, false);
  const { values, vectors } = eigenSymmetric(reduced, options, who);
  solveTriangularInPlace(lower, vectors, true);
  orientColumns(vectors);
  return { values, vectors };
}

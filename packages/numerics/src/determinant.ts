import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { checkSquare } from './internal/checks.js';
import { luFactor } from './reference/lu.js';

/** log det of a symmetric positive definite matrix, 2·Σ log Lᵢᵢ; cannot overflow. */
export function logDeterminant(linalg: LinearAlgebra, a: DenseMatrix): number {
  const { rows, data } = linalg.cholesky(a);
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += 2 * Math.log(data[i * (rows + 1)]);
  return sum;
}

/** Determinant of any square matrix by LU with partial pivoting; 1 for no rows. */
export function determinant(a: DenseMatrix): number {
  checkSquare(a, 'determinant', 'a');
  const { lu, sign } = luFactor(a, 'determinant');
  let product: number = sign;
  for (let i = 0; i < a.rows; i++) product *= lu.data[i * (a.rows + 1)];
  return product;
}

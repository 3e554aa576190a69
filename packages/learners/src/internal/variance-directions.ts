import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** Eigenpairs of the covariance of centred rows, largest first: from the covariance itself, or by SVD where rows are fewer than features.
 *
 * @param weight how many rows they count for, when they carry the roots of weights
 */
export function varianceDirections(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  wanted: number,
  weight = rows.rows,
): { values: Float64Array; vectors: DenseMatrix; total: number } {
  const divisor = Math.max(1, weight - 1);
  let squares = 0;
  for (const value of rows.data) squares += value * value;
  const total = squares / divisor;
  if (rows.rows < rows.columns) {
    const { s, v } = linearAlgebra.svd(rows, { count: Math.min(wanted, rows.rows) });
    return { values: s.map((value) => (value * value) / divisor), vectors: v, total };
  }
  const covariance = linearAlgebra.crossProduct(rows);
  for (let p = 0; p < covariance.data.length; p++) covariance.data[p] /= divisor;
  const { values, vectors } = linearAlgebra.eigenSymmetric(covariance, { count: wanted });
  return { values, vectors, total };
}

/** How many leading values exceed `floor`. */
export function countAbove(values: Float64Array, floor: number): number {
  let count = 0;
  while (count < values.length && values[count] > floor) count++;
  return count;
}

/** The smallest count of leading values whose sum reaches `share`, or all of them. */
export function countForShare(values: Float64Array, share: number): number {
  let sum = 0;
  for (let count = 0; count < values.length; count++) {
    sum += values[count];
    if (sum >= share * (1 - 1e-12)) return count + 1;
  }
  return values.length;
}

/** The first columns, copied. */
export function firstColumns({ rows, columns, data }: DenseMatrix, count: number): DenseMatrix {
  const kept = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    kept.set(data.subarray(i * columns, i * columns + count), i * count);
  }
  return denseMatrix(rows, count, kept);
}

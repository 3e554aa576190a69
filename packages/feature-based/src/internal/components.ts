import { type DenseMatrix, denseMatrix, type LinearAlgebra, TransferError } from '@graft-ml/core';
import { covariance } from '@graft-ml/numerics';
import { addToDiagonal } from './matrix-sums.js';
import { leadingColumns, scaleColumns } from './representation.js';

/** Components of most scatter per penalty: S·v = w·B·v. */
export interface Components {
  /** [r, k] with vᵀ·B·v = 1, w descending. */
  readonly vectors: DenseMatrix;
  /** w [k]: scatter over penalty. */
  readonly values: Float64Array;
}

/** The scatter matrix X·H·Xᵀ = Σ (x − m)(x − m)ᵀ of rows [n, r].
 *
 * Errors: `NUMERICAL` where rows differ by no more than rounding.
 */
export function scatterMatrix(
  linearAlgebra: LinearAlgebra,
  who: string,
  x: DenseMatrix,
): DenseMatrix {
  const { rows, columns, data } = x;
  const scatter = covariance(linearAlgebra, x, { ddof: 0 });
  let trace = 0;
  for (let j = 0; j < columns; j++) trace += rows * scatter.data[j * columns + j];
  let squares = 0;
  for (let p = 0; p < data.length; p++) squares += data[p] * data[p];
  if (!(trace > rows * Number.EPSILON ** 2 * squares)) {
    throw new TransferError({
      code: 'NUMERICAL',
      who,
      message: 'found no scatter: all rows are the same. Check that the features vary.',
      details: { operation: 'scatter', trace },
    });
  }
  const scaled = scatter.data.map((value) => value * rows);
  return denseMatrix(columns, columns, scaled);
}

/** DᵀD + λI for the rows of D [m, r]. */
export function penaltyMatrix(
  linearAlgebra: LinearAlgebra,
  directions: DenseMatrix,
  regularization: number,
): DenseMatrix {
  return addToDiagonal(linearAlgebra.crossProduct(directions), regularization);
}

/** The `count` components of largest w; fewer where no more carry scatter. */
export function topComponents(
  linearAlgebra: LinearAlgebra,
  scatter: DenseMatrix,
  penalty: DenseMatrix,
  count: number,
): Components {
  const found = linearAlgebra.eigenGeneralized(scatter, penalty, {
    count: Math.min(count, scatter.rows),
  });
  return leadingComponents(found, scatter.rows);
}

/** Those of the components that carry scatter, of a problem of that `size`. */
export function leadingComponents({ values, vectors }: Components, size: number): Components {
  const least = values[0] * size * Number.EPSILON;
  let kept = 1;
  while (kept < values.length && values[kept] > least) kept++;
  return { vectors: leadingColumns(vectors, kept), values: values.slice(0, kept) };
}

/** Components rescaled to scatter 1: vᵀ·S·v = 1 instead of vᵀ·B·v = 1. */
export function unitScatter({ vectors, values }: Components): DenseMatrix {
  return scaleColumns(
    vectors,
    values.map((value) => 1 / Math.sqrt(value)),
  );
}

/** Penalty of the components once each has scatter 1, tr(Aᵀ·B·A) under Aᵀ·S·A = I: Σ 1/w. */
export function objectiveOf({ values }: Components): number {
  return values.reduce((sum, value) => sum + 1 / value, 0);
}

/** The axes of a scatter matrix that carry any: orthonormal [r, rank], with their scatter, descending. */
export function scatterAxes(linearAlgebra: LinearAlgebra, scatter: DenseMatrix): Components {
  const { values, vectors } = linearAlgebra.eigenSymmetric(scatter);
  const least = values[0] * scatter.rows * Number.EPSILON;
  let rank = 1;
  while (rank < values.length && values[rank] > least) rank++;
  return { vectors: leadingColumns(vectors, rank), values: values.slice(0, rank) };
}

/** How many components to look for: those asked for, or the published number as far as the data allow.
 *
 * Errors: `INVALID_OPTION` where more are asked for than there can be.
 */
export function componentCount(
  who: string,
  asked: number | 'auto',
  published: number,
  limit: number,
): number {
  if (asked === 'auto') return Math.max(1, Math.min(published, limit));
  if (asked <= limit) return asked;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `"nComponents" is ${asked}, but these rows have at most ${limit} components. Ask for fewer, or leave it at "auto".`,
    details: { option: 'nComponents', constraint: `at most ${limit}`, received: asked },
  });
}

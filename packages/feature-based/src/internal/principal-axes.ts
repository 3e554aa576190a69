import { type DenseMatrix, type LinearAlgebra, TransferError } from '@graft-ml/core';
import { columnMeans } from '@graft-ml/numerics';
import { centred } from './centred.js';
import { componentCount } from './components.js';
import { covarianceOf, type DomainRows, type Moments, momentsOf } from './moments.js';
import { leadingColumns, orientColumns, scaleColumns } from './representation.js';

export type { DomainRows } from './moments.js';

/** Mean and leading principal axes of one domain. */
export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** Orthonormal columns [nFeatures, count], by descending variance. */
  readonly axes: DenseMatrix;
  /** Variance along each axis, divided by n − 1. */
  readonly variances: Float64Array;
  /** Variance over all axes. */
  readonly total: number;
}

/** Principal axes of each domain, the same number for all and not above `most`.
 *
 * Errors: `INVALID_OPTION` for more components than the smallest domain has, `NUMERICAL` for a domain of equal rows.
 */
export function principalAxesOf(
  linearAlgebra: LinearAlgebra,
  who: string,
  domains: readonly DomainRows[],
  asked: number | 'auto',
  published: number,
  most = Infinity,
): readonly PrincipalAxes[] {
  const wanted = asked === 'auto' ? published : asked;
  const found = domains.map((domain) => principalAxes(linearAlgebra, domain, wanted));
  return equallyMany(who, found, asked, published, most);
}

/** The leading axes of each domain, as many as asked for or as all have.
 *
 * Errors: as {@link principalAxesOf}.
 */
export function equallyMany(
  who: string,
  found: readonly PrincipalAxes[],
  asked: number | 'auto',
  published: number,
  most = Infinity,
): readonly PrincipalAxes[] {
  const limit = Math.min(most, ...found.map(({ variances }) => variances.length));
  if (limit === 0) {
    throw new TransferError({
      code: 'NUMERICAL',
      who,
      message: 'found a domain whose rows are all the same: it has no principal axis.',
      details: { operation: 'principal axes' },
    });
  }
  const count = componentCount(who, asked, published, limit);
  return found.map(({ axes, variances, ...rest }) => ({
    ...rest,
    axes: leadingColumns(axes, count),
    variances: variances.slice(0, count),
  }));
}

/** At most `count` axes, from the covariance or, with fewer rows than features, from inner products of rows. */
export function principalAxes(
  linearAlgebra: LinearAlgebra,
  domain: DomainRows,
  count: number,
): PrincipalAxes {
  const { x, weights } = domain;
  if (x.rows > x.columns || weights !== undefined)
    return axesOfMoments(linearAlgebra, momentsOf(linearAlgebra, domain), count);
  const mean = columnMeans(x);
  if (x.rows === 1) return noAxes(mean);
  const rows = centred(x, mean);
  const products = linearAlgebra.multiply(rows, rows, { transposeB: true });
  const { values, vectors, total } = leadingPairs(linearAlgebra, products, count, x);
  const inverse = values.map((value) => 1 / Math.sqrt(value));
  const axes = linearAlgebra.multiply(rows, scaleColumns(vectors, inverse), { transposeA: true });
  const divisor = x.rows - 1;
  const variances = values.map((value) => value / divisor);
  return { mean, axes: orientColumns(axes), variances, total: total / divisor };
}

/** At most `count` axes from the covariance; none of a single row. */
export function axesOfMoments(
  linearAlgebra: LinearAlgebra,
  moments: Moments,
  count: number,
): PrincipalAxes {
  const { rows, mean } = moments;
  if (rows === 1) return noAxes(mean);
  const covariance = covarianceOf('principalAxes', moments, 1);
  const size = { rows, columns: mean.length };
  const { values, vectors, total } = leadingPairs(linearAlgebra, covariance, count, size);
  return { mean, axes: vectors, variances: values, total };
}

/** Eigenpairs above rounding, largest first, and the sum of all eigenvalues. */
function leadingPairs(
  linearAlgebra: LinearAlgebra,
  matrix: DenseMatrix,
  count: number,
  size: { readonly rows: number; readonly columns: number },
) {
  let total = 0;
  for (let j = 0; j < matrix.rows; j++) total += matrix.data[j * matrix.rows + j];
  const { values, vectors } = linearAlgebra.eigenSymmetric(matrix, {
    count: Math.min(count, matrix.rows),
  });
  let rank = 0;
  const least = values[0] * Math.max(size.rows, size.columns) * Number.EPSILON;
  while (rank < values.length && values[rank] > least) rank++;
  return { values: values.slice(0, rank), vectors: leadingColumns(vectors, rank), total };
}

function noAxes(mean: Float64Array): PrincipalAxes {
  const axes: DenseMatrix = {
    format: 'dense',
    rows: mean.length,
    columns: 0,
    data: new Float64Array(0),
  };
  return { mean, axes, variances: new Float64Array(0), total: 0 };
}

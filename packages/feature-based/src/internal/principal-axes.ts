import { type DenseMatrix, type LinearAlgebra, type Matrix, TransferError } from '@graft-ml/core';
import { columnMeans, covariance } from '@graft-ml/numerics';
import { centred } from './centred.js';
import { componentCount } from './components.js';
import { leadingColumns, orientColumns, scaleColumns } from './representation.js';

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

export interface DomainRows {
  readonly x: Matrix;
  /** One per row; absent means all 1. */
  readonly weights?: Float64Array;
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
  { x, weights }: DomainRows,
  count: number,
): PrincipalAxes {
  const options = weights ? { weights } : {};
  const mean = columnMeans(x, options);
  if (x.rows === 1) return noAxes(mean);
  const tall = x.rows > x.columns || weights !== undefined;
  const rows = tall ? undefined : centred(x, mean);
  const matrix = rows
    ? linearAlgebra.multiply(rows, rows, { transposeB: true })
    : covariance(linearAlgebra, x, options);
  let total = 0;
  for (let j = 0; j < matrix.rows; j++) total += matrix.data[j * matrix.rows + j];
  const { values, vectors } = linearAlgebra.eigenSymmetric(matrix, {
    count: Math.min(count, matrix.rows),
  });
  let rank = 0;
  const least = values[0] * Math.max(x.rows, x.columns) * Number.EPSILON;
  while (rank < values.length && values[rank] > least) rank++;
  const kept = leadingColumns(vectors, rank);
  if (!rows) return { mean, axes: kept, variances: values.slice(0, rank), total };
  const divisor = x.rows - 1;
  const inverse = Float64Array.from(values.subarray(0, rank), (value) => 1 / Math.sqrt(value));
  const axes = linearAlgebra.multiply(rows, scaleColumns(kept, inverse), { transposeA: true });
  const variances = Float64Array.from(values.subarray(0, rank), (value) => value / divisor);
  return { mean, axes: orientColumns(axes), variances, total: total / divisor };
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

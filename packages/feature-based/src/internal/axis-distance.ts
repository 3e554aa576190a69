import { type LinearAlgebra, type Matrix, toDense } from '@graft-ml/core';
import { applyAffine } from './fitted-affine.js';
import { centred } from './centred.js';
import type { PrincipalAxes } from './principal-axes.js';
import { leadingColumns } from './representation.js';

/** Within the axes from the mean, the same in standard deviations, or out of the axes. */
export type AxisDistance = 'centre' | 'mahalanobis' | 'residual';

/** Squared distances of rows from a domain that has these axes, of which the first carry `varianceShare` of the variance. */
export function distancesFromCentre(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { mean, axes, variances, total }: PrincipalAxes,
  distance: AxisDistance,
  varianceShare: number,
): Float64Array {
  let count = 0;
  for (let held = 0; count < variances.length && held < varianceShare * total; count++)
    held += variances[count];
  const squares = new Float64Array(x.rows);
  if (count === 0) return squares;
  const scores = toDense(
    applyAffine(linearAlgebra, x, { before: mean, matrix: leadingColumns(axes, count) }),
  );
  for (let i = 0, p = 0; i < x.rows; i++) {
    for (let j = 0; j < count; j++, p++) {
      const square = scores.data[p] * scores.data[p];
      squares[i] += distance === 'mahalanobis' ? square / variances[j] : square;
    }
  }
  if (distance !== 'residual') return squares;
  const whole = centred(x, mean);
  for (let i = 0, p = 0; i < x.rows; i++) {
    let all = 0;
    for (let j = 0; j < x.columns; j++, p++) all += whole.data[p] * whole.data[p];
    squares[i] = Math.max(0, all - squares[i]);
  }
  return squares;
}

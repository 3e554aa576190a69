import {
  toDense,
  TransferError,
  type DenseMatrix,
  type LinearAlgebra,
  type Matrix,
} from '@graft-ml/core';
import { checkSize } from './check-size.js';

export interface BarycentricMapOptions {
  /** Rows to give where the plan sends nothing [plan.rows, targets.columns]; without them such a
   * row is an error. */
  readonly unmoved?: DenseMatrix;
}

/** Moves each row of a plan to the mean of the targets it sends mass to.
 *
 * Computes  xᵢ ↦ Σⱼ Pᵢⱼ·yⱼ / Σⱼ Pᵢⱼ   [plan.rows, targets.columns]
 * where     P = `plan`, y = rows of `targets`; of all maps, the one nearest to the plan for squared
 *           Euclidean costs
 * Errors    SHAPE_MISMATCH; INVALID_DATA for a row without mass when `unmoved` is not given
 * Paper     ferradans2014; courty2017, sec. 3
 * @example const moved = barycentricMap(linalg, optimalTransport(cost).plan, xt);
 */
export function barycentricMap(
  linalg: LinearAlgebra,
  plan: Matrix,
  targets: Matrix,
  options: BarycentricMapOptions = {},
): DenseMatrix {
  const who = 'barycentricMap';
  const { unmoved } = options;
  checkSize(targets, { rows: plan.columns }, 'targets', who);
  if (unmoved) checkSize(unmoved, { rows: plan.rows, columns: targets.columns }, 'unmoved', who);
  const sums = rowSums(plan);
  const moved = linalg.multiply(plan, toDense(targets));
  const d = moved.columns;
  for (let i = 0; i < moved.rows; i++) {
    if (sums[i] > 0) {
      for (let k = 0; k < d; k++) moved.data[i * d + k] /= sums[i];
    } else if (unmoved) {
      for (let k = 0; k < d; k++) moved.data[i * d + k] = unmoved.data[i * d + k];
    } else throw withoutMass(i, who);
  }
  return moved;
}

function rowSums(plan: Matrix): Float64Array {
  const sums = new Float64Array(plan.rows);
  const { columns } = plan;
  for (let i = 0; i < plan.rows; i++) {
    const sparse = plan.format === 'csr';
    const values = sparse ? plan.values : plan.data;
    const end = sparse ? plan.rowStarts[i + 1] : (i + 1) * columns;
    for (let p = sparse ? plan.rowStarts[i] : i * columns; p < end; p++) sums[i] += values[p];
  }
  return sums;
}

function withoutMass(row: number, who: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `row ${row} of "plan" sends nothing, so it has no mean to go to. Give it a weight above 0, or pass "unmoved" rows to keep.`,
    details: { argument: 'plan', reason: 'no-mass', row },
  });
}

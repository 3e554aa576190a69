import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { quantile } from '@graft-ml/numerics';

export type CostScale = 'max' | 'median' | 'mean' | 'none';

/** Rows of two domains and what it costs to move one onto the other. */
export interface TransportCosts {
  readonly xs: DenseMatrix;
  readonly xt: DenseMatrix;
  /** ‖xsᵢ − xtⱼ‖² / scale [nSource, nTarget]. */
  readonly cost: DenseMatrix;
  readonly scale: number;
}

/** Squared distances divided by their maximum, median or mean; by 1 where that is 0. */
export function scaledCosts(
  linearAlgebra: LinearAlgebra,
  xs: DenseMatrix,
  xt: DenseMatrix,
  by: CostScale,
): TransportCosts {
  const { rows, columns, data } = linearAlgebra.squaredDistances(xs, xt);
  const scale = scaleOf(data, by) || 1;
  if (scale !== 1) for (let p = 0; p < data.length; p++) data[p] /= scale;
  return { xs, xt, cost: denseMatrix(rows, columns, data), scale };
}

function scaleOf(data: Float64Array, by: CostScale): number {
  if (by === 'none') return 1;
  if (by === 'median') return quantile(data, 0.5);
  let sum = 0;
  let largest = 0;
  for (let p = 0; p < data.length; p++) {
    sum += data[p];
    if (data[p] > largest) largest = data[p];
  }
  return by === 'max' ? largest : sum / data.length;
}

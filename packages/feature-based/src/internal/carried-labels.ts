import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  selectRows,
  type Task,
  toDense,
} from '@graft-ml/core';
import { nearestNeighbours } from '@graft-ml/numerics';

/** A unit vector per row for classes [n, nClasses], the values themselves for a regression [n, 1]. */
export function outputsOf(task: Task, y: Float64Array): DenseMatrix {
  if (task.kind === 'regression') return denseMatrix(y.length, 1, y);
  const outputs = denseMatrix(y.length, task.classes.length);
  y.forEach((label, i) => (outputs.data[i * outputs.columns + label] = 1));
  return outputs;
}

/** What a plan brings to each target row: Pᵀ·outputs over the column sums of P [nTarget, outputs].
 *
 * A row without mass gets what the nearest row with some gets; `unreached` counts such rows.
 */
export function carriedLabels(
  linearAlgebra: LinearAlgebra,
  plan: Matrix,
  outputs: DenseMatrix,
  xt: DenseMatrix,
): { readonly shares: DenseMatrix; readonly unreached: number } {
  const ones = denseMatrix(plan.rows, 1, new Float64Array(plan.rows).fill(1));
  const mass = linearAlgebra.multiply(plan, ones, { transposeA: true }).data;
  const sums = linearAlgebra.multiply(plan, outputs, { transposeA: true });
  for (let j = 0, p = 0; j < sums.rows; j++) {
    for (let c = 0; c < sums.columns; c++, p++) sums.data[p] /= mass[j] || 1;
  }
  const reached = Array.from(mass.keys()).filter((j) => mass[j] > 0);
  const unreached = xt.rows - reached.length;
  if (unreached === 0) return { shares: sums, unreached };
  const near = nearestNeighbours(linearAlgebra, 1, xt, toDense(selectRows(xt, reached)));
  const from = Array.from(near.indices, (k, j) => (mass[j] > 0 ? j : reached[k]));
  return { shares: toDense(selectRows(sums, from)), unreached };
}

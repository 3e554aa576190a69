import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { nonNegativeLeastSquares } from '@graft-ml/numerics';

/** Weights w of models whose predictions are the columns of `predictions` [n, models].
 *
 * free    min_w ‖P·w − y‖², of several minimisers the one of least norm
 * convex  min_w ‖P·w − y‖² with w ≥ 0, Σw = 1
 * by      for convex: Σw = 1 makes P·w − y = D·w with D = P − y·1ᵀ, so w is the point of least norm in the hull of D's
 *         columns, which is u / Σu for the non-negative least squares solution u of [D; 1ᵀ]·u = [0; 1]
 */
export function interpolationWeights(
  linearAlgebra: LinearAlgebra,
  predictions: DenseMatrix,
  y: Float64Array,
  kind: 'convex' | 'free',
): Float64Array {
  const { rows, columns, data } = predictions;
  if (kind === 'free') {
    return linearAlgebra.leastSquares(predictions, denseMatrix(rows, 1, y)).x.data;
  }
  const extended = denseMatrix(rows + 1, columns);
  let size = 0;
  for (let i = 0, p = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++, p++) {
      extended.data[p] = data[p] - y[i];
      size = Math.max(size, Math.abs(extended.data[p]));
    }
  }
  // Errors are measured against the largest, so that the last equation neither rules nor disappears.
  for (let p = 0; p < rows * columns; p++) extended.data[p] /= size || 1;
  extended.data.fill(1, rows * columns);
  const right = new Float64Array(rows + 1);
  right[rows] = 1;
  const { x } = nonNegativeLeastSquares(linearAlgebra, extended, right);
  const total = x.reduce((sum, value) => sum + value, 0);
  return x.map((value) => value / total);
}

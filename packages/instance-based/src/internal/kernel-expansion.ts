import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { selectRows, toDense } from '@graft-ml/core';
import { contentOrder } from './content-order.js';
import { kernelWidth } from './kernel-width.js';
import { rowRange } from './packed-kernel.js';

/** x ↦ Σ_c coefficients_c · exp(−gamma·‖x − centres_c‖²). */
export interface KernelExpansion {
  /** [nCentres, nFeatures]. */
  readonly centres: DenseMatrix;
  readonly coefficients: Float64Array;
  readonly gamma: number;
}

/** The expansion at each row of `x`. */
export function expansionAt(
  linearAlgebra: LinearAlgebra,
  { centres, coefficients, gamma }: KernelExpansion,
  x: Matrix,
): Float64Array {
  const values = new Float64Array(x.rows);
  const step = Math.max(1, Math.floor(4e6 / Math.max(1, centres.rows)));
  for (let from = 0; from < x.rows; from += step) {
    const to = Math.min(x.rows, from + step);
    const part = rowRange(x, from, to);
    const { data } = linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, part, centres);
    for (let i = from, p = 0; i < to; i++) {
      for (let c = 0; c < centres.rows; c++, p++) values[i] += coefficients[c] * data[p];
    }
  }
  return values;
}

/** At most `count` rows to centre kernels on, chosen by content. */
export function chooseCentres(x: Matrix, count: number, seed: number | undefined): DenseMatrix {
  const order = contentOrder(x, seed);
  return toDense(selectRows(x, order.subarray(0, Math.min(count, x.rows))));
}

/** Widths tried by cross-validation: the median one over the squares of these. */
const relativeWidths = [0.2, 0.35, 0.5, 0.7, 1, 1.4, 2, 3];

/** The γ to try: the given one, that of the median heuristic, or with `'cv'` eight around it, widest last. */
export function widthsToTry(
  linearAlgebra: LinearAlgebra,
  gamma: number | 'median' | 'cv',
  xs: Matrix,
  xt: Matrix,
): number[] {
  if (gamma !== 'cv') return [kernelWidth(linearAlgebra, gamma, xs, xt)];
  const median = kernelWidth(linearAlgebra, 'median', xs, xt);
  return relativeWidths.map((width) => median / (width * width));
}

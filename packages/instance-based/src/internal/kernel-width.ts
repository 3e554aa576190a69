import type { LinearAlgebra, Matrix } from '@graft-ml/core';
import { selectRows, stackRows } from '@graft-ml/core';
import { medianHeuristicGamma } from '@graft-ml/numerics';
import { contentOrder } from './content-order.js';

/** Rows that the median looks at, at most: half a million distances. */
const maxRows = 1000;

/** γ of an RBF kernel: the given number, or 1/(2·m²), m the median distance between different rows of both samples. */
export function kernelWidth(
  linearAlgebra: LinearAlgebra,
  gamma: number | 'median',
  xs: Matrix,
  xt: Matrix,
): number {
  if (gamma !== 'median') return gamma;
  const rows = stackRows([xs, xt]);
  const looked =
    rows.rows > maxRows ? selectRows(rows, contentOrder(rows).subarray(0, maxRows)) : rows;
  return medianHeuristicGamma(linearAlgebra, looked);
}

import type { DenseMatrix } from '@graft-ml/core';
import { radixOrder } from './radix-order.js';

/** A matrix by columns, with the rows in ascending order of each column: sorted once, used by every tree. */
export interface SortedColumns {
  readonly nRows: number;
  readonly nFeatures: number;
  /** [nFeatures, nRows]. */
  readonly values: Float64Array;
  /** [nFeatures, nRows]: row numbers. */
  readonly order: Int32Array;
}

export function sortColumns({ rows, columns, data }: DenseMatrix): SortedColumns {
  const values = new Float64Array(rows * columns);
  const order = new Int32Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const column = values.subarray(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) column[i] = data[i * columns + j];
    order.set(radixOrder(column), j * rows);
  }
  return { nRows: rows, nFeatures: columns, values, order };
}

import type { DenseMatrix } from '@graft-ml/core';

/** Images of digits, one per row. */
export interface LabelledImages {
  /** [images, 64]: 8 × 8 values from 0 to 16, the ink of each block, row by row. */
  readonly x: DenseMatrix;
  /** The digit on each image. */
  readonly y: Float64Array;
}

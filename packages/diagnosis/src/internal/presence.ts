import type { Matrix } from '@graft-ml/core';
import { eachEntry } from './entries.js';

/** How many rows of each class have each feature, that is a value other than 0: [columns, nClasses], row by row. */
export function presence(x: Matrix, y: ArrayLike<number>, nClasses: number): Int32Array {
  const counts = new Int32Array(x.columns * nClasses);
  eachEntry(x, (i, j) => counts[j * nClasses + y[i]]++);
  return counts;
}

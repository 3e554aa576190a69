import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import type { RandomSource } from '../random.js';

/** A matrix of independent standard normal entries. */
export function normalMatrix(rows: number, columns: number, random: RandomSource): DenseMatrix {
  const result = denseMatrix(rows, columns);
  for (let p = 0; p < result.data.length; p++) result.data[p] = random.normal();
  return result;
}

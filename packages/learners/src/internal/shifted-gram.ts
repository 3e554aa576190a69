import type { DenseMatrix, LinearAlgebra, Matrix, SparseMatrix } from '@graft-ml/core';
import { centred } from './centred.js';

/** Σ w·(x − mean)·(x − mean)ᵀ [columns, columns] as Σ w·x·xᵀ − Σ w·mean·meanᵀ: rows are not copied, but digits are lost where means are large beside spreads. */
export function shiftedGram(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  mean: Float64Array,
  weights?: Float64Array,
): DenseMatrix {
  if (x.format === 'dense' && weights) return linearAlgebra.crossProduct(centred(x, mean, weights));
  const gram = linearAlgebra.crossProduct(x.format === 'dense' ? x : rootWeighted(x, weights));
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
  for (let i = 0, p = 0; i < x.columns; i++) {
    for (let j = 0; j < x.columns; j++, p++) gram.data[p] -= total * mean[i] * mean[j];
  }
  return gram;
}

/** Every row times the root of its weight. */
export function rootWeighted(x: SparseMatrix, weights: Float64Array | undefined): SparseMatrix {
  if (!weights) return x;
  const values = new Float64Array(x.values.length);
  for (let i = 0; i < x.rows; i++) {
    const root = Math.sqrt(weights[i]);
    for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) values[p] = root * x.values[p];
  }
  return { ...x, values };
}

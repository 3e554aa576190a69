import type { DenseMatrix, LinearAlgebra, Matrix, SparseMatrix } from '@graft-ml/core';
import { centred } from './centred.js';

/** XᵀX and XᵀY of rows that are centred and carry the roots of their weights. */
export interface CentredProducts {
  /** [columns, columns]. */
  readonly gram: DenseMatrix;
  /** [columns, outputs]. */
  readonly products: DenseMatrix;
}

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

/** Whether every column's spread is at least `leastSpread` of its mean square: a {@link shiftedGram} has lost no more than its inverse times a rounding error. */
export function keepsDigits(
  gram: DenseMatrix,
  mean: Float64Array,
  total: number,
  leastSpread: number,
): boolean {
  return mean.every((value, j) => {
    const spread = gram.data[j * (gram.columns + 1)];
    return value === 0 || spread >= leastSpread * (spread + total * value * value);
  });
}

/** The products of dense rows with themselves and with `y`, whose rows are centred and weighted already. */
export function centredProducts(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  y: DenseMatrix,
  mean: Float64Array,
  weights?: Float64Array,
): CentredProducts {
  if (!weights) {
    const gram = shiftedGram(linearAlgebra, x, mean);
    // Half: means within one standard deviation of 0. Then the rows need not be copied.
    if (keepsDigits(gram, mean, x.rows, 0.5)) {
      return { gram, products: linearAlgebra.multiply(x, y, { transposeA: true }) };
    }
  }
  const rows = centred(x, mean, weights);
  const products = linearAlgebra.multiply(rows, y, { transposeA: true });
  return { gram: linearAlgebra.crossProduct(rows), products };
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

import { type DenseMatrix, denseMatrix, toDense } from '@graft-ml/core';
import type { LinearAlgebra } from '@graft-ml/core';
import { addRow } from './centred.js';
import type { ClassRows } from './class-rows.js';

/** Weighted mean of each class [classes, nFeatures]; zeros for a class without weight. */
export function classMeans({ x, y, weights, totals, nClasses }: ClassRows): DenseMatrix {
  const means = denseMatrix(nClasses, x.columns);
  for (let i = 0; i < x.rows; i++) {
    addRow(means.data, x, i, weights ? weights[i] : 1, y[i] * x.columns);
  }
  for (let p = 0; p < means.data.length; p++) {
    means.data[p] /= totals[Math.floor(p / x.columns)] || 1;
  }
  return means;
}

/** Rows of class `only`, or all, less the mean of their class, times the root of their weight: a new dense matrix. */
export function withinRows(rows: ClassRows, means: DenseMatrix, only?: number): DenseMatrix {
  const { y, weights } = rows;
  const { columns: d, data } = toDense(rows.x);
  const chosen = Int32Array.from(y.keys()).filter((i) => only === undefined || y[i] === only);
  const within = denseMatrix(chosen.length, d);
  for (let k = 0, p = 0; k < chosen.length; k++) {
    const i = chosen[k];
    const root = weights ? Math.sqrt(weights[i]) : 1;
    for (let j = 0; j < d; j++, p++) {
      within.data[p] = root * (data[i * d + j] - means.data[y[i] * d + j]);
    }
  }
  return within;
}

/** (1 − s)·C + s·tr(C)/d·I with C = rowsᵀ·rows / divisor. */
export function shrunkCovariance(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  divisor: number,
  shrinkage: number,
): DenseMatrix {
  const covariance = linearAlgebra.crossProduct(rows);
  const { data, columns: d } = covariance;
  let trace = 0;
  for (let p = 0; p < data.length; p++) data[p] *= (1 - shrinkage) / divisor;
  for (const value of rows.data) trace += value * value;
  const raise = (shrinkage * trace) / (divisor * d);
  for (let p = 0; p < data.length; p += d + 1) data[p] += raise;
  return covariance;
}

import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  toDense,
} from '@graft-ml/core';
import { minimizeLogisticLoss, solveRidge } from '@graft-ml/learners';
import { leadingColumns } from './representation.js';
import { otherNumbers } from './other-numbers.js';
import { selectColumns } from './select-columns.js';
import { presence } from './occurrences.js';

export type PivotPredictor = 'ridge' | 'logistic';

export interface Correspondences {
  /** Coefficients of the predictors [nFeatures, nPivots]; zero at the pivots. */
  readonly predictors: DenseMatrix;
  /** Leading left singular vectors of the predictors [nFeatures, at most count]. */
  readonly theta: DenseMatrix;
  readonly singularValues: Float64Array;
}

/** Predicts from all other features of `x` where each pivot occurs, and what the predictors have in common. */
export function correspondences(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  pivots: Int32Array,
  options: {
    readonly predictor: PivotPredictor;
    readonly regularization: number;
    readonly count: number;
  },
): Correspondences {
  const { predictor, regularization, count } = options;
  const others = otherNumbers(x.columns, pivots);
  const seen = selectColumns(x, others);
  const occurs = toDense(presence(selectColumns(x, pivots)));
  const rows =
    predictor === 'ridge'
      ? solveRidge(linearAlgebra, {
          x: seen,
          y: signsOf(occurs),
          regularization,
          intercept: false,
        }).coefficients
      : logisticPredictors(seen, occurs, regularization);
  const predictors = denseMatrix(x.columns, pivots.length);
  for (let k = 0; k < pivots.length; k++) {
    for (let j = 0; j < others.length; j++) {
      predictors.data[others[j] * pivots.length + k] = rows.data[k * others.length + j];
    }
  }
  const { u, s } = linearAlgebra.svd(predictors, {
    count: Math.min(count, predictors.rows, predictors.columns),
  });
  let rank = 0;
  while (rank < s.length && s[rank] > s[0] * x.columns * Number.EPSILON) rank++;
  return { predictors, theta: leadingColumns(u, rank), singularValues: s.slice(0, rank) };
}

/** 1 where it occurs, −1 elsewhere. */
function signsOf(occurs: DenseMatrix): DenseMatrix {
  const signs = denseMatrix(occurs.rows, occurs.columns);
  for (let p = 0; p < signs.data.length; p++) signs.data[p] = 2 * occurs.data[p] - 1;
  return signs;
}

function logisticPredictors(x: Matrix, occurs: DenseMatrix, regularization: number): DenseMatrix {
  const { rows, columns: nPivots } = occurs;
  const coefficients = denseMatrix(nPivots, x.columns);
  for (let k = 0; k < nPivots; k++) {
    const y = Float64Array.from({ length: rows }, (_, i) => occurs.data[i * nPivots + k]);
    const solution = minimizeLogisticLoss({ x, y, nClasses: 2, regularization, tolerance: 1e-9 });
    coefficients.data.set(solution.coefficients.data, k * x.columns);
  }
  return coefficients;
}

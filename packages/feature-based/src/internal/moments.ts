import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  TransferError,
} from '@graft-ml/core';
import { columnMeans, covariance, scatterMoments } from '@graft-ml/numerics';

/** Rows of a domain. */
export interface DomainRows {
  readonly x: Matrix;
  /** One per row; absent means all 1. */
  readonly weights?: Float64Array;
}

/** What a domain's mean and covariance are made of; two parts of a domain have it together in {@link mergeMoments}. */
export interface Moments {
  readonly rows: number;
  /** Σ w and Σ w². */
  readonly total: number;
  readonly squares: number;
  /** Σ w·x / Σ w [nFeatures]. */
  readonly mean: Float64Array;
  /** Σ w·(x − mean)(x − mean)ᵀ [nFeatures, nFeatures]. */
  readonly scatter: DenseMatrix;
}

/** Moments of the rows in memory, of dense ones without loss of digits; sparse rows stay sparse. */
export function momentsOf(linearAlgebra: LinearAlgebra, { x, weights }: DomainRows): Moments {
  const squares = weights ? weights.reduce((sum, weight) => sum + weight * weight, 0) : x.rows;
  if (x.format === 'dense' && x.rows > 0) {
    const { weight, ...rest } = scatterMoments(linearAlgebra, x, weights);
    return { rows: x.rows, total: weight, squares, ...rest };
  }
  const options = weights ? { weights } : {};
  const scatter = covariance(linearAlgebra, x, { ...options, ddof: 0 });
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
  for (let p = 0; p < scatter.data.length; p++) scatter.data[p] *= total;
  return { rows: x.rows, total, squares, mean: columnMeans(x, options), scatter };
}

/** The moments of the rows of both: S = S₁ + S₂ + (W₁·W₂/W)·(m₁ − m₂)(m₁ − m₂)ᵀ. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const total = a.total + b.total;
  const n = a.mean.length;
  const share = b.total / total;
  const gap = a.mean.map((value, j) => b.mean[j] - value);
  const mean = a.mean.map((value, j) => value + share * gap[j]);
  const scatter = denseMatrix(n, n);
  for (let i = 0, p = 0; i < n; i++) {
    const factor = a.total * share * gap[i];
    for (let j = 0; j < n; j++, p++) {
      scatter.data[p] = a.scatter.data[p] + b.scatter.data[p] + factor * gap[j];
    }
  }
  return { rows: a.rows + b.rows, total, squares: a.squares + b.squares, mean, scatter };
}

/** Scatter over W − ddof·Σw²/W: over n − ddof without weights. Errors: `INVALID_DATA` for a single row with ddof 1. */
export function covarianceOf(
  who: string,
  { rows, total, squares, scatter }: Moments,
  ddof: 0 | 1,
): DenseMatrix {
  const divisor = total - (ddof * squares) / total;
  if (!(divisor > 0)) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `needs at least ${ddof + 1} rows of positive weight in every domain; received ${rows}.`,
      details: { argument: 'x', reason: 'too-few-rows', received: rows },
    });
  }
  const { columns, data } = scatter;
  const values = new Float64Array(data.length);
  for (let p = 0; p < data.length; p++) values[p] = data[p] / divisor;
  return denseMatrix(columns, columns, values);
}

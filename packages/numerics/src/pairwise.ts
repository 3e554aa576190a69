import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { checkKernel } from './internal/checks.js';
import { pairwise } from './reference/distances.js';
import { addAbsoluteDifference, addChiSquare } from './reference/kernel-matrix.js';

/** euclidean `‖x − y‖` · cityblock `Σ |xᵢ − yᵢ|` · chebyshev `max |xᵢ − yᵢ|` ·
 * cosine `1 − x·y / (‖x‖‖y‖)`, 1 where a row is zero */
export type Metric = 'euclidean' | 'cityblock' | 'chebyshev' | 'cosine';

/** Distances of every row of `x` to every row of `y` [x.rows, y.rows]; ask the LinearAlgebra itself
 * for squared Euclidean ones. */
export function pairwiseDistances(
  linalg: LinearAlgebra,
  metric: Metric,
  x: Matrix,
  y: Matrix,
): DenseMatrix {
  const who = 'pairwiseDistances';
  switch (metric) {
    case 'euclidean':
      return mapped(linalg.squaredDistances(x, y), Math.sqrt);
    case 'cosine': {
      const similarity = linalg.kernelMatrix({ type: 'cosine' }, x, y);
      return mapped(similarity, (value) => Math.max(0, 1 - value));
    }
    case 'cityblock':
      return pairwise(x, y, addAbsoluteDifference, who);
    case 'chebyshev':
      return pairwise(x, y, (total, a, b) => Math.max(total, Math.abs(a - b)), who);
  }
}

/** Similarities of histograms, rows that are not negative: intersection `Σ min(xᵢ, yᵢ)`,
 * additive-chi2 `−Σ (xᵢ − yᵢ)² / (xᵢ + yᵢ)` with 0/0 = 0. The latter's exponential form is the chi2 kernel
 * of the LinearAlgebra. */
export function histogramSimilarity(
  type: 'intersection' | 'additive-chi2',
  x: Matrix,
  y: Matrix,
): DenseMatrix {
  const who = 'histogramSimilarity';
  checkKernel({ type: 'chi2', gamma: 1 }, x, y, who);
  return type === 'intersection'
    ? pairwise(x, y, (total, a, b) => total + Math.min(a, b), who)
    : mapped(pairwise(x, y, addChiSquare, who), (value) => -value);
}

function mapped(matrix: DenseMatrix, change: (value: number) => number): DenseMatrix {
  return { ...matrix, data: matrix.data.map(change) };
}

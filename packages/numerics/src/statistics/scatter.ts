import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** Sums over samples from which means and covariances of any convention follow. */
export interface Moments {
  /** `Σ wᵢ`; the number of rows when there are no weights. */
  readonly weight: number;
  /** `Σ wᵢ·xᵢ / Σ wᵢ` [columns]. */
  readonly mean: Float64Array;
  /** `Σ wᵢ·(xᵢ − mean)·(xᵢ − mean)ᵀ` [columns, columns]; divide by `weight`, or by `weight − 1`, for a covariance. */
  readonly scatter: DenseMatrix;
}

/** What an engine may bring along to do it in one pass over memory of its own. */
export interface MomentsEngine {
  moments(x: DenseMatrix, weights?: Float64Array): Moments;
}

/** Any engine for linear algebra, used for moments as far as it can. */
export type MaybeMomentsEngine = LinearAlgebra & Partial<MomentsEngine>;

/** How many rows, evenly spaced, the guess of the mean is made of. */
const guessRows = 64;

/** Weight, mean and scatter of at least one row in one pass; weights must not sum to zero.
 *
 * Rows are taken less a guess c of the mean: Σw(x − m)(x − m)ᵀ = Σw(x − c)(x − c)ᵀ − W·(m − c)(m − c)ᵀ. The mean of some
 * rows is near enough to cost no digits, however far from the origin the data are; with weights, which may rest on a few
 * rows far from all others, only the weighted mean of all is.
 */
export function scatterMoments(
  engine: MaybeMomentsEngine,
  x: DenseMatrix,
  weights?: Float64Array,
): Moments {
  if (engine.moments) return engine.moments(x, weights);
  const { rows, columns, data } = x;
  const guess = guessOfMean(x, weights);
  const gap = new Float64Array(columns);
  const shifted = new Float64Array(data.length);
  let weight = 0;
  for (let i = 0, p = 0; i < rows; i++) {
    const own = weights ? weights[i] : 1;
    const root = Math.sqrt(own);
    weight += own;
    for (let j = 0; j < columns; j++, p++) {
      const value = data[p] - guess[j];
      shifted[p] = root * value;
      gap[j] += own * value;
    }
  }
  for (let j = 0; j < columns; j++) gap[j] /= weight;
  const scatter = engine.crossProduct(denseMatrix(rows, columns, shifted));
  for (let i = 0, p = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++, p++) scatter.data[p] -= weight * (gap[i] * gap[j]);
  }
  return { weight, mean: guess.map((value, j) => value + gap[j]), scatter };
}

function guessOfMean({ rows, columns, data }: DenseMatrix, weights?: Float64Array): Float64Array {
  const taken = weights ? rows : Math.min(rows, guessRows);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : taken;
  const mean = new Float64Array(columns);
  for (let k = 0; k < taken; k++) {
    const from = Math.floor((k * rows) / taken) * columns;
    const share = (weights ? weights[k] : 1) / total;
    for (let j = 0; j < columns; j++) mean[j] += share * data[from + j];
  }
  return mean;
}

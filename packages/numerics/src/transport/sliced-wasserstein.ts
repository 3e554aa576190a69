import { denseMatrix, type DenseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import type { RandomSource } from '../random.js';
import { checkNotEmpty, checkSize } from './check-size.js';
import { checkWeights } from './checks.js';
import { checkPower, sortedDistance, sortedSample, type SortedSample } from './wasserstein-1d.js';

export interface SlicedWassersteinOptions {
  /** One direction per column [nFeatures, nDirections], of length 1 for distances in the units of
   * the data. */
  readonly directions: DenseMatrix;
  /** Weight of each source row, not negative; only ratios count. Default equal. */
  readonly sourceWeights?: Float64Array;
  /** Weight of each target row, likewise. */
  readonly targetWeights?: Float64Array;
  /** The power p of the distance, from 1. Default 2. */
  readonly power?: number;
}

export interface SlicedWasserstein {
  /** `(mean over directions of W_pᵖ)^(1/p)`. */
  readonly distance: number;
  /** The largest W_p of a direction: a lower bound of the max-sliced distance. */
  readonly largest: number;
  /** W_p along each direction. */
  readonly perDirection: Float64Array;
}

/** Sliced Wasserstein distance: the mean of distances along one direction at a time, which sorting
 * solves exactly.
 *
 * Computes  SW_p = (1/k · Σ_θ W_pᵖ(x·θ, y·θ))^(1/p) over the k given directions θ
 * Shapes    source [nSource, nFeatures], target [nTarget, nFeatures]; O(k·(n log n + n·nFeatures))
 * Assumes   directions drawn evenly from the sphere, as {@link randomDirections} does, if the
 *           result is to estimate the integral
 * Errors    SHAPE_MISMATCH, INVALID_DATA, INVALID_OPTION as `wassersteinDistance1d`
 * Paper     bonneel2015
 * @example
 * const directions = randomDirections(nFeatures, 100, randomSource(1));
 * const { distance } = slicedWasserstein(linalg, xs, xt, { directions });
 */
export function slicedWasserstein(
  linalg: LinearAlgebra,
  source: Matrix,
  target: Matrix,
  options: SlicedWassersteinOptions,
): SlicedWasserstein {
  const who = 'slicedWasserstein';
  const { directions, sourceWeights, targetWeights, power = 2 } = options;
  checkPower(power, who);
  checkSize(target, { columns: source.columns }, 'target', who);
  checkSize(directions, { rows: source.columns }, 'directions', who);
  checkNotEmpty(source.rows, 'source', who);
  checkNotEmpty(target.rows, 'target', who);
  checkNotEmpty(directions.columns, 'directions', who);
  const weightsOfSource = checkWeights(sourceWeights, source.rows, 'sourceWeights', who);
  const weightsOfTarget = checkWeights(targetWeights, target.rows, 'targetWeights', who);
  const x = linalg.multiply(source, directions);
  const y = linalg.multiply(target, directions);
  const perDirection = new Float64Array(directions.columns);
  for (let k = 0; k < perDirection.length; k++) {
    const along = columnSample(x, k, weightsOfSource);
    perDirection[k] = sortedDistance(along, columnSample(y, k, weightsOfTarget), power);
  }
  const largest = perDirection.reduce((most, value) => Math.max(most, value), 0);
  let sum = 0;
  for (const value of perDirection) sum += (value / largest) ** power;
  const mean = sum / perDirection.length;
  return { distance: largest === 0 ? 0 : largest * mean ** (1 / power), largest, perDirection };
}

/** Directions spread evenly over the sphere: one unit vector per column [nFeatures,
 * nDirections]. */
export function randomDirections(
  nFeatures: number,
  nDirections: number,
  random: RandomSource,
): DenseMatrix {
  const result = denseMatrix(nFeatures, nDirections);
  const { data } = result;
  for (let k = 0; k < nDirections; k++) {
    let norm = 0;
    while (norm === 0) {
      for (let p = k; p < data.length; p += nDirections) {
        data[p] = random.normal();
        norm = Math.hypot(norm, data[p]);
      }
    }
    for (let p = k; p < data.length; p += nDirections) data[p] /= norm;
  }
  return result;
}

function columnSample(projected: DenseMatrix, k: number, weights: Float64Array): SortedSample {
  const values = new Float64Array(projected.rows);
  for (let i = 0; i < values.length; i++) values[i] = projected.data[i * projected.columns + k];
  return sortedSample(values, weights);
}

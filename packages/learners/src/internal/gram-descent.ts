import type { DenseMatrix } from '@graft-ml/core';

/** Least squares with an elastic-net penalty in terms of products: min_β ½·‖y − Xβ‖² + λρ·‖β‖₁ + λ(1 − ρ)/2·‖β‖². */
export interface GramProblem {
  /** XᵀX [nFeatures, nFeatures]. */
  readonly gram: DenseMatrix;
  /** Xᵀy [nFeatures]. */
  readonly products: Float64Array;
  /** yᵀy. */
  readonly square: number;
  /** λρ. */
  readonly l1: number;
  /** λ(1 − ρ). */
  readonly l2: number;
  /** Duality gap at which to stop, as a share of yᵀy / 2. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface GramSolution {
  readonly coefficients: Float64Array;
  readonly dualityGap: number;
  /** Sweeps over all coefficients. */
  readonly iterations: number;
  readonly converged: boolean;
}

/** Cyclic coordinate descent that keeps the slopes s = Xᵀ(y − Xβ) (friedman2010, covariance updates).
 *
 * A coefficient that stays as it is costs nothing but a look, one that moves a row of the Gram matrix, whatever the number
 * of rows of X.
 */
export function descendOnGram(problem: GramProblem): GramSolution {
  const { gram, products, square, l1, l2, tolerance, maxIterations } = problem;
  const { columns: d, data } = gram;
  const coefficients = new Float64Array(d);
  const slopes = products.slice();
  const enough = (tolerance * square) / 2;
  let iterations = 0;
  let gap = dualityGap(problem, coefficients, slopes);
  while (gap > enough && iterations < maxIterations) {
    for (let j = 0; j < d; j++) {
      const curvature = data[j * (d + 1)];
      if (curvature === 0) continue;
      const before = coefficients[j];
      const pull = slopes[j] + curvature * before;
      const size = Math.max(0, Math.abs(pull) - l1) / (curvature + l2);
      const after = pull < 0 ? -size : size;
      if (after === before) continue;
      coefficients[j] = after;
      const change = after - before;
      for (let k = 0, p = j * d; k < d; k++, p++) slopes[k] -= change * data[p];
    }
    iterations++;
    gap = dualityGap(problem, coefficients, slopes);
  }
  return { coefficients, dualityGap: gap, iterations, converged: gap <= enough };
}

/** Objective less the dual value at the residual e = y − Xβ.
 *
 * The dual asks for |Xᵀe − λ(1 − ρ)β| ≤ λρ, which e and β times min(1, λρ / max |…|) fulfil; without an L1 part every e does.
 */
function dualityGap(
  { products, square, l1, l2 }: GramProblem,
  coefficients: Float64Array,
  slopes: Float64Array,
): number {
  let worst = 0;
  let absolute = 0;
  let squares = 0;
  let fitted = 0; // yᵀXβ
  let left = 0; // eᵀXβ
  let steepness = 0; // ‖Xᵀe‖²
  for (let j = 0; j < coefficients.length; j++) {
    const value = coefficients[j];
    worst = Math.max(worst, Math.abs(slopes[j] - l2 * value));
    absolute += Math.abs(value);
    squares += value * value;
    fitted += products[j] * value;
    left += slopes[j] * value;
    steepness += slopes[j] * slopes[j];
  }
  const along = square - fitted; // eᵀy
  const residual = along - left; // eᵀe
  const primal = residual / 2 + l1 * absolute + (l2 / 2) * squares;
  if (l1 === 0) return primal - (along - residual / 2 - steepness / (2 * l2));
  const scale = worst > l1 ? l1 / worst : 1;
  return primal - scale * along + (scale * scale * (residual + l2 * squares)) / 2;
}

import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';
import { denseMatrix, TransferError } from '@graft-ml/core';
import { minimizeBoxQuadratic } from '@graft-ml/numerics';

export interface Likelihood {
  /** One share per column, not negative, with sum 1. */
  readonly shares: Float64Array;
  /** Mean log of the mixture. */
  readonly objective: number;
  /** Largest violation of the optimality conditions: |1 − gradient| where a share is positive, gradient − 1 where it is 0. */
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Maximises mean_i log Σ_c density_ic·θc over the simplex.
 *
 * With Σθ as a penalty in place of the constraint the maximum is the same and the simplex becomes θ ≥ 0. Each step
 * minimises the quadratic model exactly over θ ≥ 0 and searches along the way there (sequential quadratic programming,
 * kim2020): ten or so steps, where expectation maximisation takes thousands.
 */
export function maximizeLikelihood(
  linearAlgebra: LinearAlgebra,
  density: DenseMatrix,
  tolerance: number,
  maxIterations: number,
): Likelihood {
  const { rows: n, columns: m } = density;
  if (n === 0) throw farAway();
  const shares = new Float64Array(m).fill(1 / m);
  const mixture = new Float64Array(n);
  const gradient = new Float64Array(m);
  const trial = new Float64Array(m);
  let value = evaluate(density, shares, mixture);
  let residual = slope(density, mixture, shares, gradient);
  let iterations = 0;
  while (residual > tolerance && iterations < maxIterations) {
    iterations++;
    const goal = modelMinimum(linearAlgebra, density, mixture, gradient, shares);
    let expected = 0;
    for (let c = 0; c < m; c++) expected += gradient[c] * (goal[c] - shares[c]);
    let length = 1;
    let next = Infinity;
    for (; length > 1e-12; length /= 2) {
      for (let c = 0; c < m; c++) trial[c] = shares[c] + length * (goal[c] - shares[c]);
      next = evaluate(density, trial, mixture);
      if (next <= value + 0.01 * length * expected) break;
    }
    if (!(next < value)) {
      evaluate(density, shares, mixture);
      break;
    }
    shares.set(trial);
    value = next;
    residual = slope(density, mixture, shares, gradient);
  }
  let sum = 0;
  for (let c = 0; c < m; c++) sum += shares[c];
  return {
    shares: shares.map((share) => share / sum),
    // value = −mean log + sum, and dividing the shares by their sum takes log(sum) off each logarithm.
    objective: sum - value - Math.log(sum),
    residual,
    iterations,
    converged: residual <= tolerance,
  };
}

/** −mean log(density·θ) + Σθ; infinite where a row has no density. Fills `mixture` = density·θ. */
function evaluate(density: DenseMatrix, shares: Float64Array, mixture: Float64Array): number {
  const { rows: n, columns: m, data } = density;
  let value = 0;
  for (let c = 0; c < m; c++) value += shares[c];
  for (let i = 0, p = 0; i < n; i++) {
    let sum = 0;
    for (let c = 0; c < m; c++, p++) sum += data[p] * shares[c];
    mixture[i] = sum;
    value -= Math.log(sum) / n;
  }
  return Number.isNaN(value) ? Infinity : value;
}

/** The gradient 1 − mean density/mixture, and how far it is from optimal. */
function slope(
  density: DenseMatrix,
  mixture: Float64Array,
  shares: Float64Array,
  gradient: Float64Array,
): number {
  const { rows: n, columns: m, data } = density;
  gradient.fill(1);
  for (let i = 0, p = 0; i < n; i++) {
    const factor = 1 / (n * mixture[i]);
    for (let c = 0; c < m; c++, p++) gradient[c] -= data[p] * factor;
  }
  let residual = 0;
  for (let c = 0; c < m; c++) {
    const violation =
      shares[c] > 0
        ? Math.min(Math.abs(gradient[c]), gradient[c] > 0 ? shares[c] : Infinity)
        : -gradient[c];
    residual = Math.max(residual, violation);
  }
  return residual;
}

/** Where the quadratic model of the objective at `shares` is least over θ ≥ 0. */
function modelMinimum(
  linearAlgebra: LinearAlgebra,
  density: DenseMatrix,
  mixture: Float64Array,
  gradient: Float64Array,
  shares: Float64Array,
): Float64Array {
  const { rows: n, columns: m, data } = density;
  const scaled = denseMatrix(n, m);
  for (let i = 0, p = 0; i < n; i++) {
    const factor = 1 / (mixture[i] * Math.sqrt(n));
    for (let c = 0; c < m; c++, p++) scaled.data[p] = data[p] * factor;
  }
  const quadratic = linearAlgebra.crossProduct(scaled);
  const { data: bent } = linearAlgebra.multiply(quadratic, denseMatrix(m, 1, shares));
  const linear = gradient.map((value, c) => value - bent[c]);
  let trace = 0;
  for (let c = 0; c < m; c++) trace += quadratic.data[c * m + c];
  // Columns of a wide kernel are alike to rounding; the ridge only shortens steps along what the likelihood cannot tell apart.
  for (let c = 0; c < m; c++) quadratic.data[c * m + c] += 1e-13 * trace;
  const model = { quadratic, linear, lower: 0, upper: Infinity };
  return minimizeBoxQuadratic(linearAlgebra, model, { tolerance: 1e-13 }).x;
}

function farAway(): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who: 'Kliep',
    message:
      'no target row has any density under a centre that a source row is near: the domains lie too far apart for this kernel. Scale the features alike, or lower "gamma".',
    details: { operation: 'log-likelihood', reason: 'support' },
  });
}

import type { DenseMatrix } from '@graft-ml/core';
import { allocate } from '../internal/allocate.js';

export interface SelfTransport {
  /** f of the plan aᵢ·aⱼ·exp((fᵢ + fⱼ − Cᵢⱼ) / ε). */
  readonly potentials: Float64Array;
  /** `Σ planᵢⱼ · costᵢⱼ`. */
  readonly cost: number;
  /** Sum of all masses of the plan. */
  readonly mass: number;
  readonly iterations: number;
  /** Mass by which the rows of the plan miss the weights. */
  readonly residual: number;
}

/** Entropic transport of positive weights onto themselves, for a symmetric cost that is not
 * negative and zero on the diagonal.
 *
 * Both potentials are equal. With K = exp(−C / ε), u ← √(u / K·(a·u)) replaces f = ε·log u by the
 * mean of itself and what Sinkhorn would make of it (feydy2019, sec. 3.1): some 25 steps for any ε,
 * where alternating updates may take thousands. As K has ones on its diagonal, K·(a·u) ≥ a·u > 0,
 * so that u stays in range.
 */
export function selfTransport(
  cost: DenseMatrix,
  weights: Float64Array,
  regularization: number,
  { tolerance, maxIterations }: { readonly tolerance: number; readonly maxIterations: number },
): SelfTransport {
  const n = cost.rows;
  const kernel = allocate(n * n, 'sinkhornDivergence');
  for (let p = 0; p < kernel.length; p++) kernel[p] = Math.exp(-cost.data[p] / regularization);
  const u = new Float64Array(n).fill(1);
  const carried = weights.slice(); // a·u
  const sums = new Float64Array(n); // K·(a·u)
  let residual = Infinity;
  let iterations = 0;
  for (;;) {
    multiply(kernel, carried, sums);
    residual = 0;
    for (let i = 0; i < n; i++) residual += weights[i] * Math.abs(u[i] * sums[i] - 1);
    if (residual <= tolerance || iterations === maxIterations) break;
    iterations++;
    for (let i = 0; i < n; i++) {
      u[i] = Math.sqrt(u[i] / sums[i]);
      carried[i] = weights[i] * u[i];
    }
  }
  let linear = 0;
  let mass = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const share = carried[i] * kernel[i * n + j] * carried[j];
      mass += share;
      linear += share * cost.data[i * n + j];
    }
  }
  const potentials = u.map((value) => regularization * Math.log(value));
  return { potentials, cost: linear, mass, iterations, residual };
}

/** sums = K·values for a square K, row by row. */
function multiply(kernel: Float64Array, values: Float64Array, sums: Float64Array): void {
  const n = values.length;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += kernel[i * n + j] * values[j];
    sums[i] = sum;
  }
}

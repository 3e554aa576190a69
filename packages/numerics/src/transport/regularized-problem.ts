import type { DenseMatrix, Matrix, SparseMatrix } from '@graft-ml/core';
import type { MaybeTransportEngine } from './engine.js';

/** A differentiable function f of a plan. */
export interface SmoothTerm {
  /** Writes the gradient at `plan` into `gradient` and returns the value. */
  evaluate(plan: DenseMatrix, gradient: Float64Array): number;
}

/** A quadratic f(P) = f(0) + ⟨∇f(0), P⟩ + ½·⟨P, Q·P⟩, which sees sparse plans as they are. */
export interface QuadraticTerm extends SmoothTerm {
  evaluate(plan: Matrix, gradient: Float64Array): number;
  /** ⟨V, Q·`plan`⟩ as a function of V. */
  curvature(plan: SparseMatrix): (other: SparseMatrix) => number;
}

/** min_P ⟨C, P⟩ + f(P)   over the plans from the source weights to the target weights. */
export interface RegularizedProblem<F extends SmoothTerm = SmoothTerm> {
  readonly cost: DenseMatrix;
  readonly smooth: F;
  readonly weights: {
    readonly sourceWeights: Float64Array;
    readonly targetWeights: Float64Array;
  };
  /** Stops once the gap is at most this fraction of ⟨|C + ∇f(P)|, P⟩. */
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly engine: MaybeTransportEngine | undefined;
}

export interface RegularizedPlan {
  /** Mass sent from row to column [n, m]. */
  readonly plan: DenseMatrix;
  /** `Σ planᵢⱼ · costᵢⱼ`, without any regularisation. */
  readonly cost: number;
  /** The value of all that is minimised. */
  readonly objective: number;
  /** For a convex problem no plan is better by more than this; for another, how far from stationary
   * the plan is. */
  readonly gap: number;
  /** Transport problems solved. */
  readonly iterations: number;
  readonly converged: boolean;
  /** `gap`: within the tolerance · `no-progress`: rounding errors hide better plans ·
   * `inner-iterations`: no better plan is found, but the last of the transport problems was not
   * solved to its tolerance. */
  readonly reason: 'gap' | 'max-iterations' | 'no-progress' | 'inner-iterations';
}

/** ⟨|G|, P⟩, what a gap is small beside. */
export function priceScale(price: Float64Array, plan: Matrix): number {
  let sum = 0;
  if (plan.format === 'dense') {
    for (let p = 0; p < price.length; p++) sum += Math.abs(price[p]) * plan.data[p];
    return sum;
  }
  for (let i = 0; i < plan.rows; i++) {
    for (let p = plan.rowStarts[i]; p < plan.rowStarts[i + 1]; p++) {
      sum += Math.abs(price[i * plan.columns + plan.columnIndices[p]]) * plan.values[p];
    }
  }
  return sum;
}

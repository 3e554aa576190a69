import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import {
  classSparseSinkhorn,
  type MaybeTransportEngine,
  optimalTransport,
  partialTransport,
  sinkhorn,
  unbalancedSinkhorn,
} from '@graft-ml/numerics';

export interface PlanOptions {
  readonly plan: 'exact' | 'entropic' | 'lp-l1' | 'l1-l2' | 'unbalanced' | 'partial';
  readonly regularization: number;
  readonly classRegularization: number;
  readonly marginalRegularization: number;
  readonly mass: number;
  readonly maxIterations: number | 'auto';
  /** One per source row, of any sum; absent means all alike. */
  readonly weights?: Float64Array | undefined;
  /** Class of each source row, for the class penalties. */
  readonly classes?: Float64Array | undefined;
}

export interface SolvedPlan {
  readonly plan: Matrix;
  /** ⟨P, C⟩, of the scaled cost. */
  readonly cost: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: string;
  readonly targetPotentials?: Float64Array;
}

/** Solves the transport problem that the options name. */
export function solvePlan(
  who: string,
  linearAlgebra: LinearAlgebra,
  cost: DenseMatrix,
  options: PlanOptions,
): SolvedPlan {
  const { maxIterations, regularization, weights } = options;
  const common = {
    engine: linearAlgebra as MaybeTransportEngine,
    ...(weights ? { sourceWeights: shares(weights) } : {}),
    ...(maxIterations === 'auto' ? {} : { maxIterations }),
  };
  if (options.plan === 'exact' || options.plan === 'partial') {
    const solved =
      options.plan === 'exact'
        ? optimalTransport(cost, common)
        : partialTransport(cost, options.mass, common);
    const { diagnostics } = solved;
    return { ...solved, ...diagnostics, converged: diagnostics.reason === 'optimal' };
  }
  if (options.plan === 'entropic' || options.plan === 'unbalanced') {
    const { marginalRegularization } = options;
    const solved =
      options.plan === 'entropic'
        ? sinkhorn(cost, { ...common, regularization })
        : unbalancedSinkhorn(cost, { ...common, regularization, marginalRegularization });
    const { diagnostics } = solved;
    return { ...solved, ...diagnostics, converged: diagnostics.reason === 'converged' };
  }
  if (!options.classes) throw new TypeError(`${who}: a class penalty without classes`);
  return classSparseSinkhorn(cost, {
    ...(options.plan === 'lp-l1' && maxIterations === 'auto' ? { maxIterations: 10 } : {}),
    ...common,
    classes: options.classes,
    regularization,
    classRegularization: options.classRegularization,
    penalty: { type: options.plan },
  });
}

/** Σ over rows of |row sum − weight|, the weights as shares: what of the source is moved too much or too little. */
export function marginalError(plan: Matrix, weights?: Float64Array): number {
  const wanted = weights ? shares(weights) : undefined;
  let error = 0;
  for (let i = 0; i < plan.rows; i++) {
    const from = plan.format === 'dense' ? i * plan.columns : plan.rowStarts[i];
    const to = plan.format === 'dense' ? from + plan.columns : plan.rowStarts[i + 1];
    const values = plan.format === 'dense' ? plan.data : plan.values;
    let sum = 0;
    for (let p = from; p < to; p++) sum += values[p];
    error += Math.abs(sum - (wanted ? wanted[i] : 1 / plan.rows));
  }
  return error;
}

function shares(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

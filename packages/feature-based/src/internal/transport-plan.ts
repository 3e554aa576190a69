import type {
  DenseMatrix,
  LinearAlgebra,
  Matrix,
  SourceDomain,
  SparseMatrix,
  Warning,
} from '@graft-ml/core';
import { toDense, TransferError } from '@graft-ml/core';
import {
  classSparseSinkhorn,
  graphLaplacian,
  laplacianTransport,
  type MaybeTransportEngine,
  neighbourGraph,
  optimalTransport,
  partialTransport,
  sinkhorn,
  unbalancedSinkhorn,
} from '@graft-ml/numerics';
import { scaledCosts, type TransportCosts } from './transport-cost.js';
import type { TransportPlanOptions } from './transport-options.js';

interface Solved {
  readonly plan: Matrix;
  /** ⟨P, C⟩, of the scaled cost. */
  readonly cost: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: string;
  readonly sourcePotentials?: Float64Array;
  readonly targetPotentials?: Float64Array;
}

export interface SolvedPlan extends Solved {
  /** Σ over source rows of |row sum − weight|. */
  readonly marginalError: number;
}

/** A plan from one source to the target with what it was made from. */
export interface SourcePlan extends SolvedPlan {
  readonly costs: TransportCosts;
}

/** Solves the transport problem that the options name between a source and the target.
 *
 * Errors: `INVALID_DATA` for a class penalty without class labels.
 */
export function planFromSource(
  who: string,
  linearAlgebra: LinearAlgebra,
  source: SourceDomain,
  xt: DenseMatrix,
  options: Required<TransportPlanOptions>,
): SourcePlan {
  const { name, y, task, weights } = source;
  const byClass = options.plan === 'lp-l1' || options.plan === 'l1-l2';
  if (byClass && (!y || task.kind !== 'classification')) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message: `the plan "${options.plan}" needs class labels, but "${name}" has none. Take "entropic", or give labels.`,
      details: { argument: 'y', reason: 'missing' },
    });
  }
  const costs = scaledCosts(linearAlgebra, toDense(source.x), xt, options.costScale);
  const planned = solvePlan(linearAlgebra, costs, options, { weights, classes: y });
  return { ...planned, costs, marginalError: marginalError(planned.plan, weights) };
}

/** Solves the exact or entropic problem for any cost between rows. */
export function planForCost(
  linearAlgebra: LinearAlgebra,
  cost: DenseMatrix,
  options: {
    readonly plan: 'exact' | 'entropic';
    readonly regularization: number;
    readonly weights?: Float64Array | undefined;
  },
): SolvedPlan {
  const { plan, regularization, weights } = options;
  const common = {
    engine: linearAlgebra as MaybeTransportEngine,
    ...(weights ? { sourceWeights: shares(weights) } : {}),
  };
  const solved =
    plan === 'exact'
      ? told(optimalTransport(cost, common))
      : told(sinkhorn(cost, { ...common, regularization }));
  return { ...solved, marginalError: marginalError(solved.plan, weights) };
}

function solvePlan(
  linearAlgebra: LinearAlgebra,
  costs: TransportCosts,
  options: Required<TransportPlanOptions>,
  rows: {
    /** One per source row, of any sum; absent means all alike. */
    readonly weights: Float64Array | undefined;
    /** Class of each source row, for the class penalties. */
    readonly classes: Float64Array | undefined;
  },
): Solved {
  const { plan, maxIterations, regularization, marginalRegularization } = options;
  const { cost } = costs;
  const common = {
    engine: linearAlgebra as MaybeTransportEngine,
    ...(rows.weights ? { sourceWeights: shares(rows.weights) } : {}),
    ...(maxIterations === 'auto' ? {} : { maxIterations }),
  };
  switch (plan) {
    case 'exact':
      return told(optimalTransport(cost, common));
    case 'partial':
      return told(partialTransport(cost, options.mass, common));
    case 'entropic':
      return told(sinkhorn(cost, { ...common, regularization }));
    case 'unbalanced':
      return told(unbalancedSinkhorn(cost, { ...common, regularization, marginalRegularization }));
    case 'laplacian':
      return laplacianTransport(linearAlgebra, cost, {
        ...common,
        ...graphs(linearAlgebra, costs, options),
      });
    case 'lp-l1':
    case 'l1-l2':
      return classSparseSinkhorn(cost, {
        ...(plan === 'lp-l1' && maxIterations === 'auto' ? { maxIterations: 10 } : {}),
        ...common,
        classes: rows.classes ?? new Float64Array(cost.rows),
        regularization,
        classRegularization: options.classRegularization,
        penalty: { type: plan },
      });
  }
}

/** η·½·(nS·tr Zᵀ·Ls·Z + nT·tr Wᵀ·Lt·W) / (k·scale) for graphs of k neighbours: with uniform weights about the mean squared
 * distance of neighbours after the move, in units of the scaled cost, half from each domain.
 */
function graphs(
  linearAlgebra: LinearAlgebra,
  { xs, xt, scale }: TransportCosts,
  { laplacianRegularization, nNeighbours, smooth }: Required<TransportPlanOptions>,
) {
  const sourceLaplacian = neighbourLaplacian(linearAlgebra, xs, nNeighbours);
  const targetLaplacian = neighbourLaplacian(linearAlgebra, xt, nNeighbours);
  return {
    source: xs,
    target: xt,
    ...(sourceLaplacian ? { sourceLaplacian } : {}),
    ...(targetLaplacian ? { targetLaplacian } : {}),
    laplacianRegularization:
      (laplacianRegularization * (xs.rows + xt.rows)) / (2 * nNeighbours * scale),
    sourceShare: xs.rows / (xs.rows + xt.rows),
    smooth,
    tolerance: 1e-3,
  };
}

function neighbourLaplacian(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  nNeighbours: number,
): SparseMatrix | undefined {
  const count = Math.min(nNeighbours, x.rows - 1);
  if (count < 1) return undefined;
  return graphLaplacian(neighbourGraph(linearAlgebra, x, { nNeighbours: count }));
}

function told<
  S extends { readonly diagnostics: { readonly iterations: number; readonly reason: string } },
>(solved: S) {
  const { iterations, reason } = solved.diagnostics;
  return { ...solved, iterations, reason, converged: reason !== 'max-iterations' };
}

/** ⟨P, C⟩. */
export function planCost(plan: Matrix, { data, columns }: DenseMatrix): number {
  let sum = 0;
  if (plan.format === 'dense') {
    for (let p = 0; p < data.length; p++) sum += plan.data[p] * data[p];
    return sum;
  }
  for (let i = 0; i < plan.rows; i++) {
    for (let p = plan.rowStarts[i]; p < plan.rowStarts[i + 1]; p++) {
      sum += plan.values[p] * data[i * columns + plan.columnIndices[p]];
    }
  }
  return sum;
}

/** Σ over rows of |row sum − weight|, the weights as shares: what of the source is moved too much or too little. */
function marginalError(plan: Matrix, weights?: Float64Array): number {
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

/** Weights over their sum. */
export function shares(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** A `NOT_CONVERGED` warning unless all plans are solved. */
export function planWarnings(converged: boolean): readonly Warning[] {
  if (converged) return [];
  return [
    {
      code: 'NOT_CONVERGED',
      message:
        'the transport solver stopped before its tolerance: the plan misses its weights by the marginal error told. Raise maxIterations or regularization.',
    },
  ];
}

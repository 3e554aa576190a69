import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import {
  checkBalanced,
  checkMass,
  checkPositive,
  checkTransport,
  positiveIndices,
  selectEntries,
  selectValues,
  type Weights,
} from './checks.js';
import type { MarginalRule, MaybeTransportEngine } from './engine.js';
import { solveByScaling } from './scaling.js';

export interface SinkhornOptions {
  /** Weight ε of the entropy, in units of the cost, above 0. Larger is faster and spreads the plan more evenly. */
  readonly regularization: number;
  /** Mass of each row of the cost matrix, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each column, with the same sum for `sinkhorn`. Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** Passes over the matrix at most, annealing included. Default 10 000. */
  readonly maxIterations?: number;
  /** Stops when a pass moves less mass than this in all. Default 1e-9. */
  readonly tolerance?: number;
  /** Does the work where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

export interface EntropicPlan {
  /** Mass sent from row to column [n, m]. */
  readonly plan: DenseMatrix;
  /** `Σ planᵢⱼ · costᵢⱼ`, without the entropy. */
  readonly cost: number;
  /** `planᵢⱼ = exp((sourceᵢ + targetⱼ − costᵢⱼ) / ε)`; −∞ where a weight is zero. */
  readonly sourcePotentials: Float64Array;
  readonly targetPotentials: Float64Array;
  readonly diagnostics: {
    readonly iterations: number;
    /** Mass moved by the last pass. */
    readonly residual: number;
    readonly reason: 'converged' | 'max-iterations';
  };
}

const defaults = { maxIterations: 10_000, tolerance: 1e-9 };

/** Entropic optimal transport.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ + ε·KL(P | a·bᵀ)   with P ≥ 0, rows that sum to the source weights a, columns to the target weights b
 * where     KL(P | Q) = Σ P·log(P / Q) − P + Q
 * Method    Sinkhorn's iteration in scaling form with potentials that keep it from overflowing, with annealing when ε is
 *           small beside the costs, and with over-relaxation where passes bring little; columns sum to b up to rounding, rows
 *           to a up to the tolerance
 * Paper     Cuturi, Sinkhorn distances, NeurIPS 2013; Schmitzer, SIAM J. Sci. Comput. 41 (2019)
 * @example
 * const { plan } = sinkhorn(squaredDistances, { regularization: 0.1 });
 */
export function sinkhorn(cost: DenseMatrix, options: SinkhornOptions): EntropicPlan {
  const who = 'sinkhorn';
  const weights = checkEntropic(cost, options, who);
  const balanced = { source: weights.source, target: checkBalanced(weights, who) };
  return solve(cost, balanced, { type: 'exact' }, options);
}

/** Entropic transport between masses that need not fit: deviations from the weights cost.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ + ε·KL(P | a·bᵀ) + τ·KL(P·1 | a) + τ·KL(Pᵀ·1 | b)
 * where     τ = `marginalRegularization`, in units of the cost: the larger, the closer the marginals are to the weights
 * Paper     Chizat et al., Scaling algorithms for unbalanced optimal transport problems, Math. Comp. 87 (2018)
 */
export function unbalancedSinkhorn(
  cost: DenseMatrix,
  options: SinkhornOptions & { readonly marginalRegularization: number },
): EntropicPlan {
  const who = 'unbalancedSinkhorn';
  const weights = checkEntropic(cost, options, who);
  checkPositive('marginalRegularization', options.marginalRegularization, who);
  const rule = { type: 'penalty', strength: options.marginalRegularization } as const;
  return solve(cost, weights, rule, options);
}

/** Entropic transport of a part of the mass.
 *
 * Solves    min_P Σ Pᵢⱼ·Cᵢⱼ + ε·KL(P | a·bᵀ)   with Σ P = mass, rows that sum to a at most, columns to b at most
 * Paper     Benamou et al., Iterative Bregman projections for regularized transportation problems, SIAM J. Sci. Comput. 37
 *           (2015), sec. 5
 */
export function partialSinkhorn(
  cost: DenseMatrix,
  options: SinkhornOptions & { readonly mass: number },
): EntropicPlan {
  const who = 'partialSinkhorn';
  const weights = checkEntropic(cost, options, who);
  checkMass(options.mass, weights, who);
  return solve(cost, weights, { type: 'at-most', mass: options.mass }, options);
}

function checkEntropic(cost: DenseMatrix, options: SinkhornOptions, who: string): Weights {
  checkPositive('regularization', options.regularization, who);
  return checkTransport(cost, options, who);
}

function solve(
  cost: DenseMatrix,
  weights: Weights,
  rule: MarginalRule,
  options: SinkhornOptions,
): EntropicPlan {
  const { engine, regularization } = options;
  const { maxIterations = defaults.maxIterations, tolerance = defaults.tolerance } = options;
  const rows = positiveIndices(weights.source);
  const columns = positiveIndices(weights.target);
  const problem = {
    cost: selectEntries(cost, rows, columns),
    supply: selectValues(weights.source, rows),
    demand: selectValues(weights.target, columns),
    rule,
    regularization,
    maxIterations,
    tolerance,
  };
  const solved = engine?.solveScaling?.(problem) ?? solveByScaling(problem);
  return {
    plan: spread(solved.plan, cost, rows, columns),
    cost: solved.cost,
    sourcePotentials: withLogs(solved.sourcePotentials, weights.source, rows, regularization),
    targetPotentials: withLogs(solved.targetPotentials, weights.target, columns, regularization),
    diagnostics: {
      iterations: solved.iterations,
      residual: solved.residual,
      reason: solved.residual <= tolerance ? 'converged' : 'max-iterations',
    },
  };
}

/** Potentials that hold the weights as well. */
function withLogs(
  potentials: Float64Array,
  weights: Float64Array,
  indices: Int32Array,
  regularization: number,
): Float64Array {
  const result = new Float64Array(weights.length).fill(-Infinity);
  indices.forEach((i, p) => (result[i] = potentials[p] + regularization * Math.log(weights[i])));
  return result;
}

/** A plan between the rows and columns with mass as one between all of them. */
function spread(
  plan: DenseMatrix,
  cost: DenseMatrix,
  rows: Int32Array,
  columns: Int32Array,
): DenseMatrix {
  if (plan.rows === cost.rows && plan.columns === cost.columns) return plan;
  const result = zeros(cost.rows, cost.columns, 'sinkhorn');
  rows.forEach((i, p) => {
    columns.forEach((j, q) => {
      result.data[i * cost.columns + j] = plan.data[p * plan.columns + q];
    });
  });
  return result;
}

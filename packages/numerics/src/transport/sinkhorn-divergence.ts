import { selectRows, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { dot } from '../internal/vector.js';
import { checkNotEmpty, checkSize } from './check-size.js';
import { checkBalanced, checkWeights, positiveIndices, selectValues, sumOf } from './checks.js';
import type { MaybeTransportEngine } from './engine.js';
import { selfTransport } from './self-transport.js';
import { sinkhorn } from './sinkhorn.js';

export interface SinkhornDivergenceOptions {
  /** Weight ε of the entropy, in squared units of the data, above 0. The smaller, the closer to the
   * squared Wasserstein distance; the larger, the closer to that of the means alone. */
  readonly regularization: number;
  /** Mass of each source row, not negative. Default uniform with sum 1. */
  readonly sourceWeights?: Float64Array;
  /** Mass of each target row, with the same sum. Default uniform with sum 1. */
  readonly targetWeights?: Float64Array;
  /** Stops when the plans miss the weights by less mass than this. Default 1e-9. */
  readonly tolerance?: number;
  /** Passes over a cost matrix at most. Default 10 000. */
  readonly maxIterations?: number;
  /** Does the transport where it can; default TypeScript. */
  readonly engine?: MaybeTransportEngine;
}

export interface SinkhornDivergence {
  /** S_ε; never negative but for rounding, and zero for equal domains. */
  readonly divergence: number;
  /** The same with the cost ⟨P, C⟩ of the plans alone in place of OT_ε; may be negative. */
  readonly sharpDivergence: number;
  /** OT_ε between source and target, not negative. */
  readonly entropicCost: number;
  /** ⟨P, C⟩ of its plan. */
  readonly transportCost: number;
  /** Of the longest of the three iterations. */
  readonly iterations: number;
  /** Whether all three settled. */
  readonly converged: boolean;
  readonly reason: 'residual' | 'max-iterations';
}

/** How far two domains are apart by entropic transport, with what the entropy adds taken off.
 *
 * Computes  S_ε = OT_ε(s, t) − (OT_ε(s, s) + OT_ε(t, t)) / 2
 * where     OT_ε(s, t) = min_P Σ Pᵢⱼ·‖xᵢ − yⱼ‖² + ε·KL(P | a·bᵀ)   over the plans from a to b
 * Shapes    source [nSource, nFeatures], target [nTarget, nFeatures]
 * Method    Sinkhorn's iteration between the domains, a symmetric one within each
 * Errors    SHAPE_MISMATCH, INVALID_DATA for bad weights, INVALID_OPTION
 * Paper     genevay2018; feydy2019
 * @example const { divergence } = sinkhornDivergence(linalg, xs, xt, { regularization: 0.1 });
 */
export function sinkhornDivergence(
  linalg: LinearAlgebra,
  source: Matrix,
  target: Matrix,
  options: SinkhornDivergenceOptions,
): SinkhornDivergence {
  const who = 'sinkhornDivergence';
  const { regularization, tolerance = 1e-9, maxIterations = 10_000, engine } = options;
  checkOption(who, 'regularization', regularization, 'number', { above: 0 });
  checkSize(target, { columns: source.columns }, 'target', who);
  checkNotEmpty(source.rows, 'source', who);
  checkNotEmpty(target.rows, 'target', who);
  const given = {
    source: checkWeights(options.sourceWeights, source.rows, 'sourceWeights', who),
    target: checkWeights(options.targetWeights, target.rows, 'targetWeights', who),
  };
  const [x, a] = withMass(source, given.source);
  const [y, b] = withMass(target, checkBalanced(given, who));
  const limits = { tolerance, maxIterations };

  const cross = sinkhorn(linalg.squaredDistances(x, y), {
    regularization,
    sourceWeights: a,
    targetWeights: b,
    ...limits,
    ...(engine && { engine }),
  });
  const withinSource = selfTransport(linalg.squaredDistances(x, x), a, regularization, limits);
  const withinTarget = selfTransport(linalg.squaredDistances(y, y), b, regularization, limits);
  // OT_ε by its dual, ⟨f, a⟩ + ⟨g, b⟩ − ε·(mass of the plan − Σ a·Σ b), which errs by the square of
  // what the potentials err by. Those of `sinkhorn` hold ε·log a and ε·log b as well.
  const independent = sumOf(a) * sumOf(b);
  const entropicCost =
    dot(cross.sourcePotentials, a) +
    dot(cross.targetPotentials, b) -
    regularization * (logSum(a) + logSum(b) + sumOf(cross.plan.data) - independent);
  const [self, other] = [withinSource, withinTarget].map(
    ({ potentials, mass }, k) =>
      2 * dot(potentials, k === 0 ? a : b) - regularization * (mass - independent),
  );
  const converged =
    cross.diagnostics.residual <= tolerance &&
    withinSource.residual <= tolerance &&
    withinTarget.residual <= tolerance;
  return {
    divergence: entropicCost - (self + other) / 2,
    sharpDivergence: cross.cost - (withinSource.cost + withinTarget.cost) / 2,
    entropicCost,
    transportCost: cross.cost,
    iterations: Math.max(
      cross.diagnostics.iterations,
      withinSource.iterations,
      withinTarget.iterations,
    ),
    converged,
    reason: converged ? 'residual' : 'max-iterations',
  };
}

/** The rows that carry mass, and their weights. */
function withMass(rows: Matrix, weights: Float64Array): readonly [Matrix, Float64Array] {
  const kept = positiveIndices(weights);
  if (kept.length === rows.rows) return [rows, weights];
  return [selectRows(rows, kept), selectValues(weights, kept)];
}

/** Σ a·log a. */
function logSum(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight * Math.log(weight), 0);
}

import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { dot } from '../internal/vector.js';
import { sumOf } from './checks.js';
import {
  priceScale,
  type RegularizedPlan,
  type RegularizedProblem,
} from './regularized-problem.js';
import { sinkhorn, type EntropicPlan } from './sinkhorn.js';
import { slopeRoot } from './slope-root.js';

/** Below this, shares of a plan are too small to matter, and their ratios too wild to be used. */
const negligible = 1e-290;

/** Minimises ⟨C, P⟩ + f(P) + ε·KL(P | a·bᵀ) over plans by generalised conditional gradients
 * (bredies2009; courty2017), from `start` or the best plan for f = 0.
 *
 * Each step makes f linear at P, asks Sinkhorn for the best plan D for the cost G = C + ∇f(P), and
 * goes on with the best plan between P and D. A concave f leads all the way to D, which is then a
 * step of majorisation-minimisation.
 * As D is optimal, the matrix G + ε·log D is a sum of potentials, and those do not change along
 * Δ = D − P. Relative to it slope and gap are sums that vanish with Δ, free of cancellation:
 *   slope at P + t·Δ   ⟨∇f(P + t·Δ) − ∇f(P), Δ⟩ + ε·⟨log((P + t·Δ) / D), Δ⟩
 *   gap                ε·KL(P | D)
 */
export function entropicDescent(
  problem: RegularizedProblem,
  regularization: number,
  start?: DenseMatrix,
): RegularizedPlan {
  const { cost, smooth, tolerance, maxIterations } = problem;
  const matrix = (): DenseMatrix => zeros(cost.rows, cost.columns, 'entropicDescent');
  const [plan, trial, total] = [matrix(), matrix(), matrix()];
  const [gradient, change, move] = [matrix().data, matrix().data, matrix().data];
  let gap = Infinity;
  let iterations = 0;
  const finish = (reason: RegularizedPlan['reason']): RegularizedPlan => {
    const linear = dot(cost.data, plan.data);
    const objective =
      linear + smooth.evaluate(plan, change) + regularization * independence(problem, plan);
    return { plan, cost: linear, objective, gap, iterations, converged: reason === 'gap', reason };
  };

  if (start) plan.data.set(start.data);
  else {
    iterations++;
    plan.data.set(bestPlan(problem, regularization, cost).plan.data);
  }
  while (iterations < maxIterations) {
    iterations++;
    smooth.evaluate(plan, gradient);
    for (let p = 0; p < gradient.length; p++) total.data[p] = cost.data[p] + gradient[p];
    const best = bestPlan(problem, regularization, total);
    const solved = best.diagnostics.reason === 'converged';
    gap = regularization * divergence(plan.data, best.plan.data);
    if (gap <= tolerance * priceScale(total.data, plan)) {
      return finish(solved ? 'gap' : 'inner-iterations');
    }

    for (let p = 0; p < move.length; p++) move[p] = best.plan.data[p] - plan.data[p];
    const slopeAt = (t: number): number => {
      for (let p = 0; p < move.length; p++) trial.data[p] = plan.data[p] + t * move[p];
      smooth.evaluate(trial, change);
      for (let p = 0; p < move.length; p++) change[p] -= gradient[p];
      return dot(change, move) + regularization * entropySlope(trial.data, best.plan.data, move);
    };
    const atZero = regularization * entropySlope(plan.data, best.plan.data, move);
    const step = slopeRoot(atZero, slopeAt(1), slopeAt);
    if (!(step > 0)) return finish(solved ? 'no-progress' : 'inner-iterations');
    for (let p = 0; p < move.length; p++) plan.data[p] += step * move[p];
  }
  return finish('max-iterations');
}

function bestPlan(
  { weights, tolerance, engine }: RegularizedProblem,
  regularization: number,
  cost: DenseMatrix,
): EntropicPlan {
  return sinkhorn(cost, {
    ...weights,
    ...(engine && { engine }),
    regularization,
    // A gap between plans says nothing beyond the marginals they share.
    tolerance: Math.max(1e-13, 1e-2 * tolerance) * sumOf(weights.sourceWeights),
  });
}

/** KL(P | D) for two plans with the same marginals. */
function divergence(plan: Float64Array, best: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < plan.length; p++) {
    sum += plan[p] * logRatio(plan[p], best[p]) - plan[p] + best[p];
  }
  return Math.max(0, sum);
}

/** KL(P | a·bᵀ). */
function independence({ weights }: RegularizedProblem, plan: DenseMatrix): number {
  const { sourceWeights: a, targetWeights: b } = weights;
  let sum = 0;
  for (let i = 0; i < plan.rows; i++) {
    for (let j = 0; j < plan.columns; j++) {
      const share = plan.data[i * plan.columns + j];
      const independent = a[i] * b[j];
      sum += share * logRatio(share, independent) - share + independent;
    }
  }
  return sum;
}

/** ⟨log(P / D), Δ⟩. */
function entropySlope(plan: Float64Array, best: Float64Array, move: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < plan.length; p++) sum += move[p] * logRatio(plan[p], best[p]);
  return sum;
}

/** log(x / y), 0 where one of them is too small to matter in a plan. */
function logRatio(x: number, y: number): number {
  return x > negligible && y > negligible ? Math.log(x / y) : 0;
}

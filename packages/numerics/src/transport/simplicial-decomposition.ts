import type { DenseMatrix, SparseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { dot } from '../internal/vector.js';
import { optimalTransport } from './optimal-transport.js';
import { addPlan, planCost, PlanMixture, type Corner } from './plan-mixture.js';
import {
  priceScale,
  type RegularizedPlan,
  type RegularizedProblem,
} from './regularized-problem.js';

/** Minimises ⟨C, P⟩ + f(P) over plans for a quadratic f(P) = f(0) + ⟨∇f(0), P⟩ + ½·⟨P, Q·P⟩ by
 * simplicial decomposition (vonhohenbalken1977), also called fully corrective conditional gradient.
 *
 * P is a mean of plans, at first of `start` alone. Each step makes f linear at P, adds the plan D
 * that is cheapest for G = C + ∇f(P), and finds the best weights for all plans so far, which is a
 * small problem. The gap ⟨G, P − D⟩ bounds what is left to gain when f is convex; with the plan
 * between P and D in place of the best mean it would fall like 1 / iterations only. Where f is not
 * convex the steps still go down, to a plan that no D betters at first order.
 */
export function simplicialDecomposition(
  problem: RegularizedProblem,
  start: SparseMatrix,
): RegularizedPlan {
  const { cost, smooth, weights, engine, tolerance, maxIterations } = problem;
  const options = { ...weights, ...(engine && { engine }) };
  const matrix = (): DenseMatrix => zeros(cost.rows, cost.columns, 'simplicialDecomposition');
  const [plan, alone, total] = [matrix(), matrix(), matrix()];
  const [image, atZero] = [matrix().data, matrix().data];
  let gap = Infinity;
  let iterations = 0;
  const cornerOf = (corner: SparseMatrix): Corner => {
    alone.data.fill(0);
    addPlan(alone.data, 1, corner);
    smooth.evaluate(alone, image);
    for (let p = 0; p < image.length; p++) image[p] -= atZero[p];
    return { plan: corner, linear: planCost(corner, cost.data) + planCost(corner, atZero), image };
  };
  const finish = (reason: RegularizedPlan['reason']): RegularizedPlan => {
    const linear = dot(cost.data, plan.data);
    const objective = linear + smooth.evaluate(plan, image);
    return { plan, cost: linear, objective, gap, iterations, converged: reason === 'gap', reason };
  };

  smooth.evaluate(plan, atZero);
  const mixture = new PlanMixture(cornerOf(start));
  mixture.writeTo(plan.data);
  while (iterations < maxIterations) {
    iterations++;
    smooth.evaluate(plan, total.data);
    for (let p = 0; p < total.data.length; p++) total.data[p] += cost.data[p];
    const best = optimalTransport(total, options);
    if (best.diagnostics.reason !== 'optimal') return finish('inner-iterations');
    gap = Math.max(0, dot(total.data, plan.data) - best.cost);
    if (gap <= tolerance * priceScale(total.data, plan.data)) return finish('gap');
    mixture.add(cornerOf(best.plan));
    if (!mixture.improve(gap / 10)) return finish('no-progress');
    mixture.writeTo(plan.data);
  }
  return finish('max-iterations');
}

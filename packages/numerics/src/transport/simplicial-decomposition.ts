import { toDense, type Matrix, type SparseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { addScaled, dot } from '../internal/vector.js';
import { optimalTransport } from './optimal-transport.js';
import { planCost, PlanMixture, type Corner } from './plan-mixture.js';
import {
  priceScale,
  type QuadraticTerm,
  type RegularizedPlan,
  type RegularizedProblem,
} from './regularized-problem.js';

/** How exact the best weights are, as a share of the gap: so much that rounding, and with it the order of the rows, does
 * not decide which plans come next. */
const exactness = 1e-8;

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
  problem: RegularizedProblem<QuadraticTerm>,
  start: SparseMatrix,
): RegularizedPlan {
  const { cost, smooth, weights, engine, tolerance, maxIterations } = problem;
  const options = { ...weights, ...(engine && { engine }) };
  const { rows, columns } = cost;
  const price = zeros(rows, columns, 'simplicialDecomposition');
  const linearPart = zeros(rows, columns, 'simplicialDecomposition').data;
  // Taken off all prices: the potentials so far, which change no choice and start the next problem near its solution.
  const [u, v] = [new Float64Array(rows), new Float64Array(columns)];
  let gap = Infinity;
  let iterations = 0;
  const cornerOf = (plan: SparseMatrix): Corner => ({
    plan,
    linear: planCost(plan, linearPart),
    curvature: smooth.curvature(plan),
  });
  const finish = (reason: RegularizedPlan['reason']): RegularizedPlan => {
    const plan = toDense(mixture.mean());
    const linear = dot(cost.data, plan.data);
    const objective = linear + smooth.evaluate(plan, price.data);
    return { plan, cost: linear, objective, gap, iterations, converged: reason === 'gap', reason };
  };

  smooth.evaluate(emptyPlan(rows, columns), linearPart);
  for (let p = 0; p < linearPart.length; p++) linearPart[p] += cost.data[p];
  const mixture = new PlanMixture(cornerOf(start));
  while (iterations < maxIterations) {
    iterations++;
    const plan = mixture.mean();
    smooth.evaluate(plan, price.data);
    for (let p = 0; p < price.data.length; p++) price.data[p] += cost.data[p];
    const scale = priceScale(price.data, plan);
    for (let i = 0, p = 0; i < rows; i++) {
      const own = u[i];
      for (let j = 0; j < columns; j++, p++) price.data[p] -= own + v[j];
    }
    const best = optimalTransport(price, options);
    if (best.diagnostics.reason !== 'optimal') return finish('inner-iterations');
    gap = Math.max(0, costOf(plan, price.data) - best.cost);
    if (gap <= tolerance * scale) return finish('gap');
    addScaled(u, 1, best.sourcePotentials);
    addScaled(v, 1, best.targetPotentials);
    mixture.add(cornerOf(best.plan));
    if (!mixture.improve(gap * exactness)) return finish('no-progress');
  }
  return finish('max-iterations');
}

function costOf(plan: Matrix, price: Float64Array): number {
  return plan.format === 'csr' ? planCost(plan, price) : dot(plan.data, price);
}

/** A plan that moves nothing. */
function emptyPlan(rows: number, columns: number): SparseMatrix {
  const rowStarts = new Int32Array(rows + 1);
  const [columnIndices, values] = [new Int32Array(), new Float64Array()];
  return { format: 'csr', rows, columns, rowStarts, columnIndices, values };
}

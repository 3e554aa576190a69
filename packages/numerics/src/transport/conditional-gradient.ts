import { toDense, type DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { dot } from '../internal/vector.js';
import { sumOf } from './checks.js';
import type { MaybeTransportEngine } from './engine.js';
import { optimalTransport } from './optimal-transport.js';
import { sinkhorn } from './sinkhorn.js';
import { slopeRoot } from './slope-root.js';

/** A differentiable function f of a plan. */
export interface SmoothTerm {
  /** Whether the gradient is an affine function of the plan, which spares most evaluations. */
  readonly quadratic: boolean;
  /** Writes the gradient at `plan` into `gradient` and returns the value. */
  evaluate(plan: DenseMatrix, gradient: Float64Array): number;
}

/** min_P ⟨C, P⟩ + f(P) + ε·KL(P | a·bᵀ)   over the plans from weights a to weights b. */
export interface RegularizedProblem {
  readonly cost: DenseMatrix;
  readonly smooth: SmoothTerm;
  /** ε; 0 for none. */
  readonly regularization: number;
  readonly sourceWeights: Float64Array;
  readonly targetWeights: Float64Array;
  /** Defaults to the best plan for f = 0. */
  readonly start?: DenseMatrix;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly engine?: MaybeTransportEngine;
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
   * `inner-iterations`: one of the transport problems was not solved to its tolerance. */
  readonly reason: 'gap' | 'max-iterations' | 'no-progress' | 'inner-iterations';
}

/** Below this, shares of a plan are too small to matter, and their ratios too wild to be used. */
const negligible = 1e-290;
/** How much mass of 1 the last pass of an inner Sinkhorn iteration may move. */
const innerTolerance = 1e-11;

/** Generalised conditional gradient: makes f linear at P, finds the best plan D that is left to
 * find, and goes on with the best plan between P and D (bredies2009; courty2017). A
 * concave f leads all the way to D, which is then a step of majorisation-minimisation.
 *
 * As D is optimal for the cost G = C + ∇f(P), the matrix G + ε·log D is a sum of potentials, and
 * those do not change along Δ = D − P. Relative to it slope and gap are sums that vanish with Δ,
 * free of cancellation:
 *   slope at P + t·Δ   ⟨∇f(P + t·Δ) − ∇f(P), Δ⟩ + ε·⟨log((P + t·Δ) / D), Δ⟩
 *   gap                ε·KL(P | D)
 * Without entropy the gap is ⟨G, −Δ⟩, and −gap the second term of the slope.
 * Stops when gap ≤ tolerance · ⟨|G|, P⟩.
 */
export function conditionalGradient(problem: RegularizedProblem): RegularizedPlan {
  const { cost, smooth, tolerance, maxIterations } = problem;
  const descent = new Descent(problem);
  const { plan, gradient, total } = descent;
  let iterations = 0;
  let gap = Infinity;
  const finish = (reason: RegularizedPlan['reason']): RegularizedPlan => ({
    plan,
    cost: dot(cost.data, plan.data),
    objective:
      dot(cost.data, plan.data) + smooth.evaluate(plan, gradient) + entropyOf(problem, plan),
    gap,
    iterations,
    converged: reason === 'gap',
    reason,
  });

  if (problem.start) plan.data.set(problem.start.data);
  else {
    iterations++;
    if (!descent.solveFor(cost)) return finish('inner-iterations');
    plan.data.set(descent.best.data);
  }
  smooth.evaluate(plan, gradient);
  while (iterations < maxIterations) {
    iterations++;
    for (let p = 0; p < gradient.length; p++) total.data[p] = cost.data[p] + gradient[p];
    if (!descent.solveFor(total)) return finish('inner-iterations');
    gap = descent.gap();
    if (gap <= tolerance * descent.scale()) return finish('gap');
    if (!descent.step(gap)) return finish('no-progress');
  }
  return finish('max-iterations');
}

/** The matrices of the descent. */
class Descent {
  /** P. */
  readonly plan: DenseMatrix;
  /** ∇f(P). */
  readonly gradient: Float64Array;
  /** G. */
  readonly total: DenseMatrix;
  /** D. */
  best: DenseMatrix;
  readonly #problem: RegularizedProblem;
  readonly #move: Float64Array;
  readonly #trial: DenseMatrix;
  readonly #change: Float64Array;

  constructor(problem: RegularizedProblem) {
    const { rows, columns } = problem.cost;
    const matrix = (): DenseMatrix => zeros(rows, columns, 'conditionalGradient');
    this.#problem = problem;
    this.plan = matrix();
    this.gradient = matrix().data;
    this.total = matrix();
    this.best = this.plan;
    this.#move = matrix().data;
    this.#trial = matrix();
    this.#change = matrix().data;
  }

  /** Sets D to the best plan for a cost; false when its solver gave up. */
  solveFor(cost: DenseMatrix): boolean {
    const { regularization, sourceWeights, targetWeights, engine } = this.#problem;
    const weights = { sourceWeights, targetWeights, ...(engine && { engine }) };
    if (regularization > 0) {
      const tolerance = innerTolerance * sumOf(sourceWeights);
      const solved = sinkhorn(cost, { ...weights, regularization, tolerance });
      this.best = solved.plan;
      return solved.diagnostics.reason === 'converged';
    }
    const solved = optimalTransport(cost, weights);
    this.best = toDense(solved.plan);
    return solved.diagnostics.reason === 'optimal';
  }

  gap(): number {
    const { regularization } = this.#problem;
    const p = this.plan.data;
    const d = this.best.data;
    let sum = 0;
    if (regularization === 0) {
      for (let k = 0; k < p.length; k++) sum += this.total.data[k] * (p[k] - d[k]);
      return Math.max(0, sum);
    }
    for (let k = 0; k < p.length; k++) sum += p[k] * logRatio(p[k], d[k]) - p[k] + d[k];
    return regularization * Math.max(0, sum);
  }

  scale(): number {
    let sum = 0;
    for (let k = 0; k < this.gradient.length; k++) {
      sum += Math.abs(this.total.data[k]) * this.plan.data[k];
    }
    return sum;
  }

  /** Moves P towards D as far as that pays, and ∇f(P) with it; false when it pays nowhere. */
  step(gap: number): boolean {
    const { smooth, regularization } = this.#problem;
    const plan = this.plan.data;
    const move = this.#move;
    const change = this.#change;
    for (let k = 0; k < plan.length; k++) move[k] = this.best.data[k] - plan[k];
    const slopeOfRest = (t: number): number =>
      regularization === 0 ? -gap : regularization * this.#entropySlope(t);
    this.#setChange(this.best);
    const curvature = dot(change, move);
    const t = slopeRoot(slopeOfRest(0), curvature + slopeOfRest(1), (at) => {
      if (smooth.quadratic) return at * curvature + slopeOfRest(at);
      for (let k = 0; k < plan.length; k++) this.#trial.data[k] = plan[k] + at * move[k];
      this.#setChange(this.#trial);
      return dot(change, move) + slopeOfRest(at);
    });
    if (!(t > 0)) return false;
    for (let k = 0; k < plan.length; k++) plan[k] += t * move[k];
    if (smooth.quadratic) {
      for (let k = 0; k < plan.length; k++) this.gradient[k] += t * change[k];
    } else smooth.evaluate(this.plan, this.gradient);
    return true;
  }

  /** ⟨log((P + t·Δ) / D), Δ⟩. */
  #entropySlope(t: number): number {
    if (t === 1) return 0;
    const p = this.plan.data;
    const d = this.best.data;
    let sum = 0;
    for (let k = 0; k < p.length; k++) {
      const move = this.#move[k];
      sum += move * logRatio(p[k] + t * move, d[k]);
    }
    return sum;
  }

  #setChange(at: DenseMatrix): void {
    const change = this.#change;
    this.#problem.smooth.evaluate(at, change);
    for (let k = 0; k < change.length; k++) change[k] -= this.gradient[k];
  }
}

/** ε·KL(P | a·bᵀ). */
function entropyOf(problem: RegularizedProblem, plan: DenseMatrix): number {
  const { regularization, sourceWeights: a, targetWeights: b } = problem;
  if (regularization === 0) return 0;
  let sum = 0;
  for (let i = 0; i < plan.rows; i++) {
    for (let j = 0; j < plan.columns; j++) {
      const share = plan.data[i * plan.columns + j];
      const independent = a[i] * b[j];
      sum += share * logRatio(share, independent) - share + independent;
    }
  }
  return regularization * sum;
}

/** log(x / y), 0 where one of them is too small to matter in a plan. */
function logRatio(x: number, y: number): number {
  return x > negligible && y > negligible ? Math.log(x / y) : 0;
}

import { zeros } from '../internal/allocate.js';
import type { MarginalRule, ScalingProblem, ScalingSolution } from './engine.js';

/** Factors beyond these are taken into the potentials before they overflow. */
const largestFactor = 1e100;
/** Where costs differ by more than this many times the regularization, annealing starts with as much. */
const safeRange = 200;
/** By how much annealing lowers the regularization at a time. */
const annealingFactor = 4;
/** How far a stage of the annealing is taken before the next one begins. */
const stage = { maxIterations: 100, tolerance: 1e-2 };

/** After how many passes their rate is measured, from which one on they are relaxed, and the largest believed. */
const relaxing = { passes: 20, rate: 0.7, largestRate: 1 - 1e-8 };

/** Sinkhorn's iteration in scaling form, kept in range by potentials.
 *
 * plan = diag(u) · K · diag(v) with K[i][j] = aᵢ·bⱼ·exp((fᵢ + gⱼ + λ − cᵢⱼ) / ε), a = supply, b = demand, ε = regularization.
 * One pass over K updates u row by row and then v. When factors grow too large they move into f, and g, f and K are made
 * again in the log domain. Costs that are large beside ε are approached by annealing: with a larger ε first.
 * Where both marginals are exact and passes bring little, each factor goes further than to its own
 * equation, u ← u·(plain / u)^ω and v alike, with ω = 2 / (1 + √(1 − ρ)) for the rate ρ at which
 * what is left shrinks: successive over-relaxation (Thibault et al., Overrelaxed Sinkhorn–Knopp
 * algorithm for regularized optimal transport, Algorithms 14, 2021). The last pass is a plain one.
 * Paper: Schmitzer, Stabilized sparse scaling algorithms for entropy regularized transport problems, SIAM J. Sci. Comput.
 * 41 (2019), sec. 3; the rules are those of Chizat et al., Scaling algorithms for unbalanced optimal transport problems,
 * Math. Comp. 87 (2018), and Benamou et al., Iterative Bregman projections, SIAM J. Sci. Comput. 37 (2015).
 */
export function solveByScaling(problem: ScalingProblem): ScalingSolution {
  const { cost, regularization, maxIterations, tolerance } = problem;
  const state = new ScalingState(problem);
  const range = rangeOf(cost.data);
  let epsilon = regularization;
  while (range > safeRange * epsilon) epsilon *= annealingFactor;
  state.makeKernel(epsilon);
  while (epsilon > regularization) {
    const limit = Math.min(maxIterations, state.iterations + stage.maxIterations);
    const next = Math.max(regularization, epsilon / annealingFactor);
    state.iterate(epsilon, limit, stage.tolerance);
    state.startAgain(epsilon, next);
    epsilon = next;
  }
  state.iterate(epsilon, maxIterations, tolerance);
  return {
    cost: state.scaleKernel(epsilon),
    plan: { format: 'dense', rows: cost.rows, columns: cost.columns, data: state.kernel },
    sourcePotentials: state.f.map((value) => value + state.lambda),
    targetPotentials: state.g,
    iterations: state.iterations,
    residual: state.residual,
  };
}

class ScalingState {
  readonly kernel: Float64Array;
  readonly f: Float64Array;
  readonly g: Float64Array;
  /** Added to all potentials; 0 but for the rule `at-most`, which it makes carry the right mass. */
  lambda = 0;
  iterations = 0;
  /** Mass the last update of v moved. */
  residual = Infinity;
  readonly #problem: ScalingProblem;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  readonly #sums: Float64Array;
  /** A factor of the whole plan, as λ / ε in the exponent. */
  #factor = 1;

  constructor(problem: ScalingProblem) {
    const { rows, columns } = problem.cost;
    this.#problem = problem;
    this.kernel = zeros(rows, columns, 'sinkhorn').data;
    this.f = new Float64Array(rows);
    this.g = new Float64Array(columns);
    this.#u = new Float64Array(rows);
    this.#v = new Float64Array(columns);
    this.#sums = new Float64Array(columns);
  }

  /** Passes until the mass moved by a plain one is within the tolerance. */
  iterate(epsilon: number, limit: number, tolerance: number): void {
    const mayRelax = this.#problem.rule.type === 'exact';
    this.residual = Infinity;
    let omega = 1;
    let measured = Infinity;
    let isLast = false;
    for (let passes = 1; this.iterations < limit; passes++) {
      this.iterations++;
      isLast ||= omega === 1 || this.iterations === limit;
      this.residual = this.#pass(epsilon, isLast ? 1 : omega);
      if (!this.#isInRange()) this.startAgain(epsilon, epsilon);
      const isDone = this.residual <= tolerance;
      if (isDone && isLast) break;
      isLast = isDone;
      if (!mayRelax || passes % relaxing.passes !== 0) continue;
      omega = relaxation(omega, (this.residual / measured) ** (1 / relaxing.passes));
      measured = this.residual;
    }
  }

  /** Updates g and f in the log domain, where nothing overflows, for the next ε, and makes the kernel for them. */
  startAgain(epsilon: number, next: number): void {
    this.#absorb(epsilon);
    this.#updateColumnPotentials(next);
    this.makeKernel(next);
  }

  /** Updates f in the log domain from g, with the kernel as a by-product. */
  makeKernel(epsilon: number): void {
    const { cost, supply, demand, rule } = this.#problem;
    const m = demand.length;
    const logs = demand.map((weight, j) => Math.log(weight) + this.g[j] / epsilon);
    for (let i = 0; i < supply.length; i++) {
      const row = this.kernel.subarray(i * m, (i + 1) * m);
      let most = -Infinity;
      for (let j = 0; j < m; j++) {
        row[j] = logs[j] - cost.data[i * m + j] / epsilon;
        if (row[j] > most) most = row[j];
      }
      let sum = 0;
      for (let j = 0; j < m; j++) {
        row[j] = Math.exp(row[j] - most);
        sum += row[j];
      }
      this.f[i] = potentialOf(rule, epsilon, most + Math.log(sum), this.lambda);
      const factor = supply[i] * Math.exp((this.f[i] + this.lambda) / epsilon + most);
      for (let j = 0; j < m; j++) row[j] *= factor;
    }
    this.#u.fill(1);
    this.#v.fill(1);
    this.#factor = 1;
  }

  /** Makes the kernel the plan, and the potentials those of the plan; returns what the plan costs. */
  scaleKernel(epsilon: number): number {
    const cost = this.#problem.cost.data;
    const m = this.g.length;
    let total = 0;
    for (let i = 0; i < this.f.length; i++) {
      const factor = this.#u[i] * this.#factor;
      for (let p = i * m; p < (i + 1) * m; p++) {
        this.kernel[p] *= factor * this.#v[p - i * m];
        total += this.kernel[p] * cost[p];
      }
    }
    for (let j = 0; j < m; j++) this.g[j] += epsilon * Math.log(this.#v[j]);
    this.#absorb(epsilon);
    return total;
  }

  /** One update of u, then of v, relaxed by `omega`; returns the mass a plain one of v would move. */
  #pass(epsilon: number, omega: number): number {
    const { supply, demand, rule } = this.#problem;
    const { kernel, f, g } = this;
    const u = this.#u;
    const v = this.#v;
    const sums = this.#sums.fill(0);
    const m = demand.length;
    for (let i = 0; i < supply.length; i++) {
      const row = i * m;
      let sum = 0;
      for (let j = 0; j < m; j++) sum += kernel[row + j] * v[j];
      const plain = factorOf(rule, epsilon, supply[i] / (sum * this.#factor), f[i]);
      const factor = omega === 1 ? plain : u[i] * (plain / u[i]) ** omega;
      u[i] = factor;
      for (let j = 0; j < m; j++) sums[j] += factor * kernel[row + j];
    }
    let moved = 0;
    let total = 0;
    for (let j = 0; j < m; j++) {
      const plain = factorOf(rule, epsilon, demand[j] / (sums[j] * this.#factor), g[j]);
      moved += Math.abs(plain - v[j]) * sums[j] * this.#factor;
      const factor = omega === 1 ? plain : v[j] * (plain / v[j]) ** omega;
      total += factor * sums[j];
      v[j] = factor;
    }
    if (rule.type !== 'at-most') return moved;
    moved += Math.abs(total * this.#factor - rule.mass);
    this.#factor = rule.mass / total;
    return moved;
  }

  #isInRange(): boolean {
    return this.#u.every(isOrdinary) && this.#v.every(isOrdinary) && isOrdinary(this.#factor);
  }

  /** Moves u and the factor of the plan into the potentials, where they can be moved. */
  #absorb(epsilon: number): void {
    for (let i = 0; i < this.f.length; i++) {
      const change = epsilon * Math.log(this.#u[i]);
      if (Number.isFinite(change)) this.f[i] += change;
    }
    const change = epsilon * Math.log(this.#factor);
    if (Number.isFinite(change)) this.lambda += change;
  }

  #updateColumnPotentials(epsilon: number): void {
    const { cost, supply, rule } = this.#problem;
    const m = this.g.length;
    const logs = supply.map((weight, i) => Math.log(weight) + this.f[i] / epsilon);
    const most = new Float64Array(m).fill(-Infinity);
    for (let i = 0; i < supply.length; i++) {
      for (let j = 0; j < m; j++) {
        most[j] = Math.max(most[j], logs[i] - cost.data[i * m + j] / epsilon);
      }
    }
    const sums = this.#sums.fill(0);
    for (let i = 0; i < supply.length; i++) {
      for (let j = 0; j < m; j++) {
        sums[j] += Math.exp(logs[i] - cost.data[i * m + j] / epsilon - most[j]);
      }
    }
    for (let j = 0; j < m; j++) {
      this.g[j] = potentialOf(rule, epsilon, most[j] + Math.log(sums[j]), this.lambda);
    }
  }
}

/** The potential that makes a marginal what the rule wants, from the logarithm of what it would be without one. */
function potentialOf(rule: MarginalRule, epsilon: number, log: number, lambda: number): number {
  if (rule.type === 'exact') return -epsilon * log;
  if (rule.type === 'at-most') return Math.min(0, -epsilon * log - lambda);
  return ((-rule.strength * epsilon) / (rule.strength + epsilon)) * log;
}

/** The same as a factor on top of a potential, from the ratio of weight to marginal. */
function factorOf(rule: MarginalRule, epsilon: number, ratio: number, potential: number): number {
  if (rule.type === 'exact') return ratio;
  if (rule.type === 'at-most') return Math.min(ratio, Math.exp(-potential / epsilon));
  const { strength } = rule;
  return ratio ** (strength / (strength + epsilon)) * Math.exp(-potential / (strength + epsilon));
}

/** The next ω, from the last one and the rate at which what is left shrank with it. The rate of plain
 * passes follows from (rate + ω − 1)² = rate·ω²·ρ as long as ω is below its best. */
function relaxation(omega: number, rate: number): number {
  if (omega === 1 && !(rate >= relaxing.rate)) return 1;
  // Too far: back to twice the distance from 2, beyond which nothing converges.
  if (!(rate < 1)) return Math.max(1, 2 * omega - 2);
  if (rate <= omega - 1) return omega;
  const shift = rate + omega - 1;
  const plainRate = (shift * shift) / (rate * (omega * omega));
  return 2 / (1 + Math.sqrt(1 - Math.min(plainRate, relaxing.largestRate)));
}

function isOrdinary(factor: number): boolean {
  return factor < largestFactor && factor > 1 / largestFactor;
}

function rangeOf(values: Float64Array): number {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

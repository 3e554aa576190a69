import type { SparseMatrix } from '@graft-ml/core';

/** A plan V, the image Q·V of it under the quadratic part of a function, and its linear part c. */
export interface Corner {
  readonly plan: SparseMatrix;
  readonly linear: number;
  readonly image: Float64Array;
}

/** Weights below this are what rounding leaves of zero. */
const negligible = 1e-14;

/** A mean Σ λ_k·V_k of sparse plans, and on its weights the function cᵀλ + ½·λᵀHλ, where
 * H_kl = ⟨V_k, Q·V_l⟩. */
export class PlanMixture {
  readonly #plans: SparseMatrix[];
  readonly #weights: number[];
  readonly #linear: number[];
  readonly #hessian: number[][];

  constructor({ plan, linear, image }: Corner) {
    this.#plans = [plan];
    this.#weights = [1];
    this.#linear = [linear];
    this.#hessian = [[planCost(plan, image)]];
  }

  /** Adds a plan, without weight at first. */
  add({ plan, linear, image }: Corner): void {
    const row = this.#plans.map((other) => planCost(other, image));
    this.#hessian.forEach((other, k) => other.push(row[k]));
    this.#hessian.push([...row, planCost(plan, image)]);
    this.#plans.push(plan);
    this.#weights.push(0);
    this.#linear.push(linear);
  }

  /** Moves weight from the plan with the highest slope to the one where that pays most, until no
   * slope is lower by more than `tolerance`; plans without weight are dropped then. False when
   * nothing could be moved. */
  improve(tolerance: number): boolean {
    const slopes = this.#slopes();
    const maxSteps = 1000 + 100 * slopes.length;
    let steps = 0;
    while (steps < maxSteps) {
      const high = this.#highest(slopes);
      const least = slopes.reduce((a, b) => Math.min(a, b));
      if (slopes[high] - least <= tolerance || !this.#moveFrom(high, slopes)) break;
      steps++;
    }
    this.#dropUnused();
    return steps > 0;
  }

  /** Writes the mean, row by row. */
  writeTo(mean: Float64Array): void {
    mean.fill(0);
    this.#plans.forEach((plan, k) => addPlan(mean, this.#weights[k], plan));
  }

  /** The plan with weight whose slope is the highest. */
  #highest(slopes: Float64Array): number {
    let high = -1;
    for (let k = 0; k < slopes.length; k++) {
      if (this.#weights[k] > 0 && (high < 0 || slopes[k] > slopes[high])) high = k;
    }
    return high;
  }

  /** Moves weight from plan `high` to the one that gains most by it; false when none gains. */
  #moveFrom(high: number, slopes: Float64Array): boolean {
    const h = this.#hessian;
    const available = this.#weights[high];
    let low = -1;
    let most = 0;
    let length = 0;
    for (let k = 0; k < slopes.length; k++) {
      const fall = slopes[high] - slopes[k];
      const curvature = h[k][k] - 2 * h[k][high] + h[high][high];
      const reach = curvature > 0 ? Math.min(fall / curvature, available) : available;
      const gain = reach * (fall - (reach * curvature) / 2);
      if (!(fall > 0 && gain > most)) continue;
      low = k;
      most = gain;
      length = reach;
    }
    if (low < 0) return false;
    this.#weights[low] += length;
    this.#weights[high] -= length;
    for (let k = 0; k < slopes.length; k++) slopes[k] += length * (h[low][k] - h[high][k]);
    return true;
  }

  /** c + H·λ. */
  #slopes(): Float64Array {
    return Float64Array.from(this.#linear, (c, k) =>
      this.#weights.reduce((sum, weight, l) => sum + weight * this.#hessian[k][l], c),
    );
  }

  #dropUnused(): void {
    for (let k = this.#plans.length - 1; k >= 0; k--) {
      if (this.#weights[k] > negligible) continue;
      for (const list of [this.#plans, this.#weights, this.#linear, this.#hessian]) {
        list.splice(k, 1);
      }
      for (const row of this.#hessian) row.splice(k, 1);
    }
  }
}

/** `Σ planᵢⱼ · costᵢⱼ` for costs row by row. */
export function planCost(plan: SparseMatrix, cost: Float64Array): number {
  const { rows, columns, rowStarts, columnIndices, values } = plan;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let p = rowStarts[i]; p < rowStarts[i + 1]; p++) {
      sum += values[p] * cost[i * columns + columnIndices[p]];
    }
  }
  return sum;
}

/** `target += factor · plan`, row by row. */
export function addPlan(target: Float64Array, factor: number, plan: SparseMatrix): void {
  const { rows, columns, rowStarts, columnIndices, values } = plan;
  for (let i = 0; i < rows; i++) {
    for (let p = rowStarts[i]; p < rowStarts[i + 1]; p++) {
      target[i * columns + columnIndices[p]] += factor * values[p];
    }
  }
}

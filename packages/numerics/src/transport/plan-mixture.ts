import { denseMatrix, toDense, type Matrix, type SparseMatrix } from '@graft-ml/core';

/** A plan V, and of a quadratic function its linear part c and ⟨·, Q·V⟩. */
export interface Corner {
  readonly plan: SparseMatrix;
  readonly linear: number;
  curvature(other: SparseMatrix): number;
}

/** From this share of entries on a plan is multiplied faster as a dense matrix. */
const dense = 1 / 8;

/** Weights below this are what rounding leaves of zero. */
const negligible = 1e-14;

/** A mean Σ λ_k·V_k of sparse plans, and on its weights the function cᵀλ + ½·λᵀHλ, where
 * H_kl = ⟨V_k, Q·V_l⟩. */
export class PlanMixture {
  readonly #plans: SparseMatrix[];
  readonly #weights: number[];
  readonly #linear: number[];
  readonly #hessian: number[][];

  constructor(corner: Corner) {
    const { plan, linear } = corner;
    this.#plans = [plan];
    this.#weights = [1];
    this.#linear = [linear];
    this.#hessian = [[corner.curvature(plan)]];
  }

  /** Adds a plan, without weight at first. */
  add(corner: Corner): void {
    const { plan, linear } = corner;
    const row = this.#plans.map((other) => corner.curvature(other));
    this.#hessian.forEach((other, k) => other.push(row[k]));
    this.#hessian.push([...row, corner.curvature(plan)]);
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

  /** The mean, sparse where it has few entries. */
  mean(): Matrix {
    const [{ rows, columns }] = this.#plans;
    const used = [...this.#plans.keys()].filter((k) => this.#weights[k] > 0);
    const entries = used.reduce((sum, k) => sum + this.#plans[k].values.length, 0);
    if (entries >= dense * rows * columns) {
      const mean = denseMatrix(rows, columns);
      for (const k of used) addPlan(mean.data, this.#weights[k], this.#plans[k]);
      return mean;
    }
    const rowStarts = new Int32Array(rows + 1);
    const columnIndices = new Int32Array(entries);
    const values = new Float64Array(entries);
    const row = new Float64Array(columns);
    const met = new Int32Array(columns).fill(-1);
    for (let i = 0, end = 0; i < rows; i++) {
      const start = end;
      for (const k of used) {
        const plan = this.#plans[k];
        for (let p = plan.rowStarts[i]; p < plan.rowStarts[i + 1]; p++) {
          const j = plan.columnIndices[p];
          if (met[j] !== i) {
            met[j] = i;
            row[j] = 0;
            columnIndices[end++] = j;
          }
          row[j] += this.#weights[k] * plan.values[p];
        }
      }
      columnIndices.subarray(start, end).sort();
      for (let p = start; p < end; p++) values[p] = row[columnIndices[p]];
      rowStarts[i + 1] = end;
    }
    const count = rowStarts[rows];
    return {
      format: 'csr',
      rows,
      columns,
      rowStarts,
      columnIndices: columnIndices.slice(0, count),
      values: values.slice(0, count),
    };
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

/** The plan as it is multiplied fastest. */
export function lighter(plan: SparseMatrix): Matrix {
  return plan.values.length >= dense * plan.rows * plan.columns ? toDense(plan) : plan;
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
function addPlan(target: Float64Array, factor: number, plan: SparseMatrix): void {
  const { rows, columns, rowStarts, columnIndices, values } = plan;
  for (let i = 0; i < rows; i++) {
    for (let p = rowStarts[i]; p < rowStarts[i + 1]; p++) {
      target[i * columns + columnIndices[p]] += factor * values[p];
    }
  }
}

import type { Task } from '@graft-ml/core';

/** How good it is to part a node's rows, worked out while they are moved from the right side to the left one by one. */
export interface Criterion {
  /** Total weight of the node. */
  readonly total: number;
  /** How many numbers {@link describe} writes. */
  readonly nOutputs: number;
  /** Weight moved to the left so far. */
  readonly left: number;
  /** Impurity of the node. */
  readonly impurity: number;
  /** What {@link score} would be for sides as mixed as the node; differences to it are impurity saved, times weight. */
  readonly base: number;
  /** The size of the numbers that scores are made of: differences below a rounding error of it mean nothing. */
  readonly scale: number;
  /** Takes the node's rows, `rows[from]` … `rows[to − 1]`. */
  enter(rows: Int32Array, from: number, to: number): void;
  /** Puts all rows back to the right. */
  reset(): void;
  /** Moves a row to the left. */
  move(row: number): void;
  /** Larger is better. */
  score(): number;
  /** Writes class shares, or the mean, of the node. */
  describe(value: Float64Array, at: number): void;
}

/** The criterion for encoded labels: that of classes, or the variance of values. */
export function criterionFor(
  task: Task,
  y: Float64Array,
  weights: Float64Array,
  measure: 'gini' | 'entropy',
): Criterion {
  if (task.kind === 'regression') return new VarianceCriterion(y, weights);
  return new ClassCriterion(
    Int32Array.from(y),
    weights,
    task.classes.length,
    measure === 'entropy',
  );
}

/** Gini impurity 1 − Σ p², or entropy −Σ p·log₂ p, of classes. */
export class ClassCriterion implements Criterion {
  readonly nOutputs: number;
  total = 0;
  left = 0;
  impurity = 0;
  base = 0;
  scale = 0;
  readonly #y: Int32Array;
  readonly #weights: Float64Array;
  readonly #entropy: boolean;
  readonly #all: Float64Array;
  readonly #moved: Float64Array;
  #squaresLeft = 0;
  #squaresRight = 0;

  constructor(y: Int32Array, weights: Float64Array, nClasses: number, entropy: boolean) {
    this.#y = y;
    this.#weights = weights;
    this.#entropy = entropy;
    this.nOutputs = nClasses;
    this.#all = new Float64Array(nClasses);
    this.#moved = new Float64Array(nClasses);
  }

  enter(rows: Int32Array, from: number, to: number): void {
    const all = this.#all.fill(0);
    for (let p = from; p < to; p++) all[this.#y[rows[p]]] += this.#weights[rows[p]];
    let total = 0;
    let present = 0;
    for (const weight of all) {
      total += weight;
      if (weight > 0) present++;
    }
    this.total = total;
    this.scale = total;
    this.impurity = this.#entropy || present === 1 ? 0 : 1;
    for (let c = 0; c < all.length && present > 1; c++) {
      const share = all[c] / total;
      if (!this.#entropy) this.impurity -= share * share;
      else if (share > 0) this.impurity -= share * Math.log2(share);
    }
    this.base = this.#entropy ? -this.impurity * total : (1 - this.impurity) * total;
  }

  reset(): void {
    this.left = 0;
    this.#moved.fill(0);
    this.#squaresLeft = 0;
    this.#squaresRight = 0;
    for (const weight of this.#all) this.#squaresRight += weight * weight;
  }

  move(row: number): void {
    const weight = this.#weights[row];
    const c = this.#y[row];
    const moved = this.#moved[c];
    this.#squaresLeft += weight * (2 * moved + weight);
    this.#squaresRight -= weight * (2 * (this.#all[c] - moved) - weight);
    this.#moved[c] = moved + weight;
    this.left += weight;
  }

  score(): number {
    const right = this.total - this.left;
    if (!this.#entropy) return this.#squaresLeft / this.left + this.#squaresRight / right;
    let sum = -xlogx(this.left) - xlogx(right);
    for (let c = 0; c < this.#all.length; c++) {
      sum += xlogx(this.#moved[c]) + xlogx(this.#all[c] - this.#moved[c]);
    }
    return sum;
  }

  describe(value: Float64Array, at: number): void {
    for (let c = 0; c < this.#all.length; c++) value[at + c] = this.#all[c] / this.total;
  }
}

/** Variance Σ w·(y − mean)² / Σ w. */
export class VarianceCriterion implements Criterion {
  readonly nOutputs = 1;
  total = 0;
  left = 0;
  impurity = 0;
  base = 0;
  scale = 0;
  readonly #y: Float64Array;
  readonly #weights: Float64Array;
  #mean = 0;
  #sumLeft = 0;
  #sum = 0;

  constructor(y: Float64Array, weights: Float64Array) {
    this.#y = y;
    this.#weights = weights;
  }

  enter(rows: Int32Array, from: number, to: number): void {
    let total = 0;
    let sum = 0;
    let least = Infinity;
    let most = -Infinity;
    for (let p = from; p < to; p++) {
      least = Math.min(least, this.#y[rows[p]]);
      most = Math.max(most, this.#y[rows[p]]);
      total += this.#weights[rows[p]];
      sum += this.#weights[rows[p]] * this.#y[rows[p]];
    }
    this.#mean = least === most ? least : sum / total;
    let squares = 0;
    let rest = 0;
    for (let p = from; p < to; p++) {
      const gap = this.#y[rows[p]] - this.#mean;
      squares += this.#weights[rows[p]] * gap * gap;
      rest += this.#weights[rows[p]] * gap;
    }
    this.total = total;
    this.scale = squares;
    this.#sum = rest;
    this.base = (rest * rest) / total;
    this.impurity = squares / total;
  }

  reset(): void {
    this.left = 0;
    this.#sumLeft = 0;
  }

  move(row: number): void {
    const weight = this.#weights[row];
    this.left += weight;
    this.#sumLeft += weight * (this.#y[row] - this.#mean);
  }

  score(): number {
    const sumRight = this.#sum - this.#sumLeft;
    const right = this.total - this.left;
    return (this.#sumLeft * this.#sumLeft) / this.left + (sumRight * sumRight) / right;
  }

  describe(value: Float64Array, at: number): void {
    value[at] = this.#mean;
  }
}

function xlogx(x: number): number {
  return x > 0 ? x * Math.log2(x) : 0;
}

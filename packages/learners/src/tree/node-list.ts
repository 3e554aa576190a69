import type { Criterion } from './criterion.js';
import type { Tree } from './tree.js';

/** Nodes as they come; arrays at the end. */
export class NodeList {
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #impurity: number[] = [];
  readonly #weight: number[] = [];
  readonly #value: number[] = [];
  readonly #described: Float64Array;

  constructor(nOutputs: number) {
    this.#described = new Float64Array(nOutputs);
  }

  get rootWeight(): number {
    return this.#weight[0];
  }

  add(parent: number, side: 'left' | 'right', criterion: Criterion): number {
    const number = this.#feature.length;
    if (parent >= 0) (side === 'left' ? this.#left : this.#right)[parent] = number;
    this.#feature.push(-1);
    this.#threshold.push(0);
    this.#left.push(-1);
    this.#right.push(-1);
    this.#impurity.push(criterion.impurity);
    this.#weight.push(criterion.total);
    criterion.describe(this.#described, 0);
    for (const value of this.#described) this.#value.push(value);
    return number;
  }

  ask(node: number, column: number, threshold: number): void {
    this.#feature[node] = column;
    this.#threshold[node] = threshold;
  }

  toTree(): Tree {
    return {
      feature: Int32Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      impurity: Float64Array.from(this.#impurity),
      weight: Float64Array.from(this.#weight),
      value: Float64Array.from(this.#value),
      nOutputs: this.#described.length,
    };
  }
}

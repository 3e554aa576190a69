import type { DenseMatrix } from '@graft-ml/core';
import type { TransportProblem } from './engine.js';
import type { StartingTree } from './starting-tree.js';

const none = -1;

/** The basis of a network simplex. Nodes are the sources 0 … n − 1 and the targets n … n + m − 1;
 * the root is the last target. Each node but the root has an arc to its parent, always from the
 * source to the target of the two, so that flow runs towards the root where the child is a source
 * and away from it where the child is a target.
 *
 * The nodes form a list in which every subtree is one run, its top first (Glover, Klingman & Stutz,
 * Augmented threaded index method for network optimization, INFOR 12, 1974). Supplies and demands
 * must be whole numbers below 2⁵³ in all: flows are then exact. Potentials are computed from the
 * root down wherever the tree changes, so that they do not depend on the way that led to it. */
export class SpanningTree {
  readonly root: number;
  readonly parent: Int32Array;
  /** On the arc to the parent. */
  readonly flow: Float64Array;
  /** Zero at the root; those at both ends of an arc of the tree sum to its cost. */
  readonly potential: Float64Array;
  /** The magnitudes of the potentials from the root to each node, summed: rounding errors of its
   * own potential are relative to this. */
  readonly error: Float64Array;
  readonly #cost: DenseMatrix;
  readonly #n: number;
  readonly #arcCost: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Ends of the runs, and how many nodes they have. */
  readonly #last: Int32Array;
  readonly #size: Int32Array;

  constructor({ cost, supply, demand }: TransportProblem, start: StartingTree) {
    const nodes = supply.length + demand.length;
    const integers = (): Int32Array => new Int32Array(nodes).fill(none);
    const numbers = (): Float64Array => new Float64Array(nodes);
    this.#cost = cost;
    this.#n = supply.length;
    this.root = nodes - 1;
    this.parent = integers();
    [this.#next, this.#previous] = [integers(), integers()];
    [this.#last, this.#size] = [
      Int32Array.from({ length: nodes }, (_, i) => i),
      integers().fill(1),
    ];
    [this.flow, this.#arcCost] = [numbers(), numbers()];
    [this.potential, this.error] = [numbers(), numbers()];
    this.#hang(start);
    this.#price(this.#next[this.root], none);
    this.sendFlows(supply, demand);
  }

  /** Lets the arc from source `i` to target `j` in, and the first arc that its flow empties out. */
  pivot(i: number, j: number): void {
    const { parent, flow } = this;
    const n = this.#n;
    const target = n + j;
    const apex = this.#apexOf(i, target);
    // Flow runs apex … i → target … apex. Of the arcs that empty first the last on that way leaves: this keeps the tree
    // strongly feasible.
    let amount = Infinity;
    let leaving = none;
    let onTargetSide = false;
    for (let node = i; node !== apex; node = parent[node]) {
      if (node < n && flow[node] < amount) {
        amount = flow[node];
        leaving = node;
      }
    }
    for (let node = target; node !== apex; node = parent[node]) {
      if (node >= n && flow[node] <= amount) {
        amount = flow[node];
        leaving = node;
        onTargetSide = true;
      }
    }
    if (amount > 0) {
      for (let node = i; node !== apex; node = parent[node]) {
        flow[node] += node < n ? -amount : amount;
      }
      for (let node = target; node !== apex; node = parent[node]) {
        flow[node] += node < n ? amount : -amount;
      }
    }
    const [moved, stays] = onTargetSide ? [target, i] : [i, target];
    this.#turnArcs(moved, leaving, amount, this.#costOf(i, target));
    this.#moveSubtree(moved, leaving, stays, apex);
    this.#price(moved, this.#next[this.#last[moved]]);
  }

  /** Sets the flows that those masses need: what a subtree has too much or too little goes over the arc above it. */
  sendFlows(supply: Float64Array, demand: Float64Array): void {
    const excess = new Float64Array(this.parent.length);
    excess.set(supply);
    for (let j = 0; j < demand.length; j++) excess[this.#n + j] = -demand[j];
    for (let node = this.#last[this.root]; node !== this.root; node = this.#previous[node]) {
      excess[this.parent[node]] += excess[node];
      this.flow[node] = Math.max(0, node < this.#n ? excess[node] : -excess[node]);
    }
  }

  #costOf(source: number, target: number): number {
    return this.#cost.data[source * this.#cost.columns + target - this.#n];
  }

  #apexOf(a: number, b: number): number {
    let [x, y] = [a, b];
    while (x !== y) {
      if (this.#size[x] < this.#size[y]) x = this.parent[x];
      else y = this.parent[y];
    }
    return x;
  }

  /** Computes the potentials of some nodes in the order of the list, up to `end`. */
  #price(first: number, end: number): void {
    for (let node = first; node !== end; node = this.#next[node]) {
      const above = this.parent[node];
      const potential = this.#arcCost[node] - this.potential[above];
      this.potential[node] = potential;
      this.error[node] = this.error[above] + Math.abs(potential);
    }
  }

  /** Hands the arcs between `moved` and `leaving` to their other ends, and to `moved` the entering one. */
  #turnArcs(moved: number, leaving: number, enteringFlow: number, enteringCost: number): void {
    let [flow, cost] = [enteringFlow, enteringCost];
    for (let node = moved; ; node = this.parent[node]) {
      const formerFlow = this.flow[node];
      const formerCost = this.#arcCost[node];
      this.flow[node] = flow;
      this.#arcCost[node] = cost;
      if (node === leaving) return;
      flow = formerFlow;
      cost = formerCost;
    }
  }

  /** Takes the subtree below `leaving` off, turns it round so that `moved` is its top, and hangs it under `stays`. */
  #moveSubtree(moved: number, leaving: number, stays: number, apex: number): void {
    const { parent } = this;
    const [next, previous, last, size] = [this.#next, this.#previous, this.#last, this.#size];
    const count = size[leaving];
    const end = last[leaving];
    const before = previous[leaving];
    this.#link(before, next[end]);
    for (let node = parent[leaving]; node !== apex; node = parent[node]) size[node] -= count;
    for (let node = parent[leaving]; node !== none && last[node] === end; node = parent[node]) {
      last[node] = before;
    }

    // The run of a node on the way up to `leaving` holds that of the one below, which comes first now; what is in front of
    // that and what is behind it follow.
    let tail = last[moved];
    let front = previous[moved];
    let behind = next[tail];
    let lastBelow = tail;
    let sizeBelow = size[moved];
    size[moved] = count;
    let above = stays;
    let node = moved;
    for (;;) {
      const formerParent = parent[node];
      parent[node] = above;
      if (node === leaving) break;
      above = node;
      node = formerParent;
      const formerLast = last[node];
      const formerSize = size[node];
      const formerFront = previous[node];
      const formerBehind = formerLast === lastBelow ? behind : next[formerLast];
      this.#link(tail, node);
      tail = front;
      if (formerLast !== lastBelow) {
        this.#link(front, behind);
        tail = formerLast;
      }
      size[node] = count - sizeBelow;
      front = formerFront;
      behind = formerBehind;
      lastBelow = formerLast;
      sizeBelow = formerSize;
    }
    for (node = leaving; node !== stays; node = parent[node]) last[node] = tail;

    this.#link(tail, next[stays]);
    this.#link(stays, moved);
    for (node = stays; node !== apex; node = parent[node]) size[node] += count;
    for (node = stays; node !== none && last[node] === stays; node = parent[node]) {
      last[node] = tail;
    }
  }

  #link(node: number, next: number): void {
    this.#next[node] = next;
    if (next !== none) this.#previous[next] = node;
  }

  /** Turns the unordered arcs of the first tree into parents and runs, starting at the root. */
  #hang({ sources, targets }: StartingTree): void {
    const n = this.#n;
    const nodes = this.parent.length;
    const starts = new Int32Array(nodes + 1);
    for (let arc = 0; arc < nodes - 1; arc++) {
      starts[sources[arc] + 1]++;
      starts[n + targets[arc] + 1]++;
    }
    for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
    const ends = starts.slice(0, nodes);
    const neighbours = new Int32Array(2 * (nodes - 1));
    for (let arc = 0; arc < nodes - 1; arc++) {
      const source = sources[arc];
      const target = n + targets[arc];
      neighbours[ends[source]++] = target;
      neighbours[ends[target]++] = source;
    }
    const waiting = [this.root];
    let before = none;
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const above = this.parent[node];
      if (above !== none) {
        this.#link(before, node);
        this.#arcCost[node] = node < n ? this.#costOf(node, above) : this.#costOf(above, node);
      }
      before = node;
      for (let p = starts[node]; p < starts[node + 1]; p++) {
        const child = neighbours[p];
        if (child === above) continue;
        this.parent[child] = node;
        waiting.push(child);
      }
    }
    for (let node = before; node !== this.root; node = this.#previous[node]) {
      const above = this.parent[node];
      this.#size[above] += this.#size[node];
      if (this.#last[above] === above) this.#last[above] = this.#last[node];
    }
  }
}

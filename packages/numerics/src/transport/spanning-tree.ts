import type { TransportProblem } from './engine.js';
import type { StartingTree } from './starting-tree.js';

const none = -1;

/** The basis of a network simplex. Nodes are the sources 0 … n − 1 and the targets n … n + m − 1; the root is the last
 * target. Each node but the root has an arc to its parent, always from the source to the target of the two, so that flow
 * runs towards the root where the child is a source and away from it where the child is a target. */
export class SpanningTree {
  readonly root: number;
  readonly parent: Int32Array;
  /** On the arc to the parent. */
  readonly flow: Float64Array;
  readonly sourcePotentials: Float64Array;
  readonly targetPotentials: Float64Array;
  readonly #problem: TransportProblem;
  readonly #n: number;
  readonly #depth: Int32Array;
  /** Children are a doubly linked list. */
  readonly #firstChild: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(problem: TransportProblem, start: StartingTree) {
    const n = problem.supply.length;
    const m = problem.demand.length;
    const nodes = n + m;
    this.#problem = problem;
    this.#n = n;
    this.root = nodes - 1;
    this.parent = new Int32Array(nodes).fill(none);
    this.flow = new Float64Array(nodes);
    this.sourcePotentials = new Float64Array(n);
    this.targetPotentials = new Float64Array(m);
    this.#depth = new Int32Array(nodes);
    this.#firstChild = new Int32Array(nodes).fill(none);
    this.#next = new Int32Array(nodes).fill(none);
    this.#previous = new Int32Array(nodes).fill(none);
    this.#hang(start);
    this.refreshPotentials();
    this.refreshFlows();
  }

  /** Lets the arc from source `i` to target `j` in, and the first arc that its flow empties out. */
  pivot(i: number, j: number): void {
    const target = this.#n + j;
    const reduced =
      this.#problem.cost.data[i * this.targetPotentials.length + j] -
      this.sourcePotentials[i] -
      this.targetPotentials[j];
    const apex = this.#apexOf(i, target);
    // Flow runs apex … i → target … apex. Of the arcs that empty first the last on that way leaves: this keeps the tree
    // strongly feasible.
    let amount = Infinity;
    let leaving = none;
    let onTargetSide = false;
    for (let node = i; node !== apex; node = this.parent[node]) {
      if (node < this.#n && this.flow[node] < amount) {
        amount = this.flow[node];
        leaving = node;
      }
    }
    for (let node = target; node !== apex; node = this.parent[node]) {
      if (node >= this.#n && this.flow[node] <= amount) {
        amount = this.flow[node];
        leaving = node;
        onTargetSide = true;
      }
    }
    if (amount > 0) {
      for (let node = i; node !== apex; node = this.parent[node]) {
        this.flow[node] += node < this.#n ? -amount : amount;
      }
      for (let node = target; node !== apex; node = this.parent[node]) {
        this.flow[node] += node < this.#n ? amount : -amount;
      }
    }
    const [moved, stays] = onTargetSide ? [target, i] : [i, target];
    this.#turnStem(moved, leaving, stays, amount);
    this.#shiftSubtree(moved, onTargetSide ? -reduced : reduced);
  }

  /** Computes the potentials anew: zero at the root, and zero reduced costs along the tree. */
  refreshPotentials(): void {
    this.targetPotentials[this.root - this.#n] = 0;
    for (
      let node = this.#following(this.root, this.root);
      node !== none;
      node = this.#following(node, this.root)
    ) {
      const above = this.parent[node];
      this.#depth[node] = this.#depth[above] + 1;
      if (node < this.#n) {
        this.sourcePotentials[node] =
          this.#costOf(node, above) - this.targetPotentials[above - this.#n];
      } else {
        this.targetPotentials[node - this.#n] =
          this.#costOf(above, node) - this.sourcePotentials[above];
      }
    }
  }

  /** Computes the flows anew: what a subtree has too much or too little goes over the arc above it. */
  refreshFlows(): void {
    const { supply, demand } = this.#problem;
    const excess = new Float64Array(this.parent.length);
    excess.set(supply);
    for (let j = 0; j < demand.length; j++) excess[this.#n + j] = -demand[j];
    const order = new Int32Array(this.parent.length);
    let count = 0;
    for (
      let node = this.#following(this.root, this.root);
      node !== none;
      node = this.#following(node, this.root)
    ) {
      order[count++] = node;
    }
    while (count > 0) {
      const node = order[--count];
      excess[this.parent[node]] += excess[node];
      this.flow[node] = Math.max(0, node < this.#n ? excess[node] : -excess[node]);
    }
  }

  #costOf(source: number, target: number): number {
    return this.#problem.cost.data[source * this.targetPotentials.length + target - this.#n];
  }

  #apexOf(a: number, b: number): number {
    let [x, y] = [a, b];
    while (x !== y) {
      if (this.#depth[x] >= this.#depth[y]) x = this.parent[x];
      else y = this.parent[y];
    }
    return x;
  }

  /** Makes `moved` the root of the subtree below the leaving arc, by turning round the arcs between, and hangs it under
   * `stays` with `amount` on the entering arc. */
  #turnStem(moved: number, leaving: number, stays: number, amount: number): void {
    let node = moved;
    let above = stays;
    let flow = amount;
    for (;;) {
      const formerParent = this.parent[node];
      const formerFlow = this.flow[node];
      this.#detach(node);
      this.#attach(node, above);
      this.flow[node] = flow;
      if (node === leaving) return;
      above = node;
      flow = formerFlow;
      node = formerParent;
    }
  }

  /** Adds `change` to the potentials of the sources of a subtree, takes it from those of its targets, and counts depths. */
  #shiftSubtree(top: number, change: number): void {
    for (let node = top; node !== none; node = this.#following(node, top)) {
      this.#depth[node] = this.#depth[this.parent[node]] + 1;
      if (node < this.#n) this.sourcePotentials[node] += change;
      else this.targetPotentials[node - this.#n] -= change;
    }
  }

  /** The node after `node` when the subtree below `top` is walked, parents first. */
  #following(node: number, top: number): number {
    if (this.#firstChild[node] !== none) return this.#firstChild[node];
    let current = node;
    while (current !== top) {
      if (this.#next[current] !== none) return this.#next[current];
      current = this.parent[current];
    }
    return none;
  }

  #attach(node: number, above: number): void {
    const first = this.#firstChild[above];
    this.parent[node] = above;
    this.#previous[node] = none;
    this.#next[node] = first;
    if (first !== none) this.#previous[first] = node;
    this.#firstChild[above] = node;
  }

  #detach(node: number): void {
    const before = this.#previous[node];
    const after = this.#next[node];
    if (before !== none) this.#next[before] = after;
    else this.#firstChild[this.parent[node]] = after;
    if (after !== none) this.#previous[after] = before;
  }

  /** Turns the unordered arcs of the first tree into parents and children, starting at the root. */
  #hang({ sources, targets }: StartingTree): void {
    const nodes = this.parent.length;
    const starts = new Int32Array(nodes + 1);
    for (let arc = 0; arc < nodes - 1; arc++) {
      starts[sources[arc] + 1]++;
      starts[this.#n + targets[arc] + 1]++;
    }
    for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
    const ends = starts.slice(0, nodes);
    const neighbours = new Int32Array(2 * (nodes - 1));
    for (let arc = 0; arc < nodes - 1; arc++) {
      const source = sources[arc];
      const target = this.#n + targets[arc];
      neighbours[ends[source]++] = target;
      neighbours[ends[target]++] = source;
    }
    const waiting = [this.root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let p = starts[node]; p < starts[node + 1]; p++) {
        const child = neighbours[p];
        if (child === this.parent[node]) continue;
        this.#attach(child, node);
        waiting.push(child);
      }
    }
  }
}

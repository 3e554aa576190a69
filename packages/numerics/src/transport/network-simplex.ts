import { allocate } from '../internal/allocate.js';
import type { TransportBasis, TransportProblem } from './engine.js';
import { startingTree } from './starting-tree.js';
import { SpanningTree } from './spanning-tree.js';

/** Reduced costs above −tolerance · (|cost| + |potentials|) count as rounding error. */
const tolerance = 64 * Number.EPSILON;

/** The network simplex for a complete bipartite graph, whose arcs are the entries of the cost matrix.
 *
 * A basis is a spanning tree of the n sources and m targets. Each step prices some rows of the matrix, lets the cheapest
 * arc found into the tree, and sends flow round the cycle it closes until an arc is empty, which leaves. Trees stay strongly
 * feasible (every node could send a little more towards the root), so that steps without flow cannot go round in circles.
 * Paper: Cunningham, A network simplex method, Mathematical Programming 11 (1976).
 */
export function solveByNetworkSimplex(problem: TransportProblem): TransportBasis {
  const { cost, maxIterations } = problem;
  const tree = new SpanningTree(problem, startingTree(problem));
  const search = new RowSearch(cost.rows, cost.columns);
  let iterations = 0;
  let optimal = false;
  while (iterations < maxIterations) {
    if (search.findEntering(tree, cost.data)) {
      tree.pivot(search.source, search.target);
      iterations++;
      continue;
    }
    // Potentials have been updated step by step; the end must not hang on the rounding errors gathered on the way.
    tree.refreshPotentials();
    if (!search.findEntering(tree, cost.data)) {
      optimal = true;
      break;
    }
  }
  tree.refreshFlows();
  return { ...basisOf(tree, cost.rows), iterations, optimal };
}

/** Looks for an entering arc among some rows at a time, and goes on where it stopped. */
class RowSearch {
  readonly #rows: number;
  readonly #columns: number;
  readonly #blockRows: number;
  #next = 0;
  source = 0;
  target = 0;

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#blockRows = Math.max(1, Math.ceil(Math.sqrt(rows * columns) / columns));
  }

  /** Whether there is an arc that makes the plan cheaper; the most negative one of a block of rows is taken. */
  findEntering(tree: SpanningTree, cost: Float64Array): boolean {
    const { sourcePotentials: u, targetPotentials: v } = tree;
    const m = this.#columns;
    let best = 0;
    for (let seen = 0; seen < this.#rows;) {
      const blockEnd = Math.min(this.#rows, seen + this.#blockRows);
      for (; seen < blockEnd; seen++) {
        const i = this.#next;
        this.#next = i + 1 < this.#rows ? i + 1 : 0;
        const row = i * m;
        const own = u[i];
        let least = best;
        let at = -1;
        for (let j = 0; j < m; j++) {
          const reduced = cost[row + j] - own - v[j];
          if (reduced < least) {
            least = reduced;
            at = j;
          }
        }
        if (at < 0) continue;
        const scale = Math.abs(cost[row + at]) + Math.abs(own) + Math.abs(v[at]);
        if (least >= -tolerance * scale) continue;
        best = least;
        this.source = i;
        this.target = at;
      }
      if (best < 0) return true;
    }
    return false;
  }
}

function basisOf(tree: SpanningTree, n: number): Omit<TransportBasis, 'iterations' | 'optimal'> {
  const { parent, flow, root } = tree;
  const count = parent.length - 1;
  const sources = new Int32Array(count);
  const targets = new Int32Array(count);
  const flows = allocate(count, 'optimalTransport');
  let arc = 0;
  for (let node = 0; node < parent.length; node++) {
    if (node === root) continue;
    const isSource = node < n;
    sources[arc] = isSource ? node : parent[node];
    targets[arc] = (isSource ? parent[node] : node) - n;
    flows[arc] = flow[node];
    arc++;
  }
  return {
    sources,
    targets,
    flows,
    sourcePotentials: tree.sourcePotentials,
    targetPotentials: tree.targetPotentials,
  };
}

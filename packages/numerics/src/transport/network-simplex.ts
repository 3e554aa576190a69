import { allocate } from '../internal/allocate.js';
import { sumOf } from './checks.js';
import type { TransportBasis, TransportProblem } from './engine.js';
import { startingTree } from './starting-tree.js';
import { SpanningTree } from './spanning-tree.js';

/** What rounding makes of a reduced cost at most, relative to the errors of both potentials and the cost. */
const roundingErrors = 2 * Number.EPSILON;
/** Into how many units the mass is divided: so many that little is lost, and few enough for exact sums. */
const unitsOfMass = 2 ** 52;

/** The network simplex for a complete bipartite graph, whose arcs are the entries of the cost
 * matrix.
 *
 * A basis is a spanning tree of the n sources and m targets. Each step prices some rows of the
 * matrix, lets the cheapest arc found into the tree, and sends flow round the cycle it closes until
 * an arc is empty, which leaves. Trees stay strongly feasible (every node could send a little more
 * towards the root), so that steps without flow cannot go round in circles. Nor can rounding make
 * them: flows are whole units of mass, and an arc enters only when its reduced cost is below zero by
 * more than the rounding errors of the potentials, which depend on the tree alone. The plan costs
 * more than the cheapest by no more than such errors, which are relative to the largest potential.
 * Paper: Cunningham, A network simplex method, Mathematical Programming 11 (1976).
 */
export function solveByNetworkSimplex(problem: TransportProblem): TransportBasis {
  const { cost, supply, demand, maxIterations } = problem;
  const counted = inUnits(problem);
  const tree = new SpanningTree(counted, startingTree(counted));
  const search = new RowSearch(cost.rows, cost.columns);
  let iterations = 0;
  let optimal = false;
  for (; iterations < maxIterations; iterations++) {
    optimal = !search.findEntering(tree, cost.data);
    if (optimal) break;
    tree.pivot(search.source, search.target);
  }
  tree.sendFlows(supply, demand);
  return { ...basisOf(tree, cost.rows), iterations, optimal };
}

/** The same problem with masses that are whole numbers and have equal sums. */
function inUnits(problem: TransportProblem): TransportProblem {
  const total = sumOf(problem.supply);
  const count = (mass: number): number => Math.floor((mass / total) * unitsOfMass + 0.5);
  const supply = problem.supply.map(count);
  const demand = problem.demand.map(count);
  let left = sumOf(supply) - sumOf(demand);
  for (let j = 0; left !== 0; j = (j + 1) % demand.length) {
    const change = left > 0 ? 1 : demand[j] > 0 ? -1 : 0;
    demand[j] += change;
    left -= change;
  }
  return { ...problem, supply, demand };
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
  findEntering({ potential, error }: SpanningTree, cost: Float64Array): boolean {
    const n = this.#rows;
    const m = this.#columns;
    let best = 0;
    for (let seen = 0; seen < n && best === 0;) {
      const blockEnd = Math.min(n, seen + this.#blockRows);
      for (; seen < blockEnd; seen++) {
        const i = this.#next;
        this.#next = i + 1 < n ? i + 1 : 0;
        const own = potential[i];
        for (let j = 0; j < m; j++) {
          const price = cost[i * m + j];
          const reduced = price - own - potential[n + j];
          if (reduced >= best) continue;
          if (reduced >= -roundingErrors * (Math.abs(price) + error[i] + error[n + j])) continue;
          best = reduced;
          this.source = i;
          this.target = j;
        }
      }
    }
    return best < 0;
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
    sourcePotentials: tree.potential.slice(0, n),
    targetPotentials: tree.potential.slice(n),
  };
}

import type { DenseMatrix } from '@graft-ml/core';
import type { TransportProblem } from './engine.js';

/** The arcs of a first tree, in the order in which each adds one node: sources and targets numbered from 0 each. */
export interface StartingTree {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/** Sends what each source has, one after the other, to the targets with demand left that cost it least more than they
 * cost the source nearest to them.
 *
 * Ties are broken as if every source had a trace more and every target but the last a trace less: then never a source
 * and a target run out at once, the n + m − 1 arcs form a tree, and with the last target as root it is strongly feasible.
 */
export function startingTree({ cost, supply, demand }: TransportProblem): StartingTree {
  const n = supply.length;
  const m = demand.length;
  const sources = new Int32Array(n + m - 1);
  const targets = new Int32Array(n + m - 1);
  const least = columnMinima(cost);
  const left = demand.slice();
  const traces = new Float64Array(m).fill(-1);
  traces[m - 1] = n + m - 1;
  const open = Int32Array.from({ length: m }, (_, j) => j);
  let openCount = m;
  let arc = 0;
  for (let i = 0; i < n; i++) {
    let amount = supply[i];
    let trace = 1;
    for (;;) {
      let best = 0;
      let bestPrice = Infinity;
      for (let p = 0; p < openCount; p++) {
        const price = cost.data[i * m + open[p]] - least[open[p]];
        if (price >= bestPrice) continue;
        bestPrice = price;
        best = p;
      }
      const j = open[best];
      sources[arc] = i;
      targets[arc++] = j;
      const lastSource = i === n - 1;
      const served = amount < left[j] || (amount === left[j] && trace < traces[j]);
      if (lastSource ? openCount === 1 : served || openCount === 1) {
        left[j] -= amount;
        traces[j] -= trace;
        break;
      }
      amount -= left[j];
      trace -= traces[j];
      open[best] = open[--openCount];
    }
  }
  return { sources, targets };
}

function columnMinima({ rows, columns, data }: DenseMatrix): Float64Array {
  const least = new Float64Array(columns).fill(Infinity);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j];
      if (value < least[j]) least[j] = value;
    }
  }
  return least;
}

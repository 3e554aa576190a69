import type { RandomSource } from '@graft-ml/numerics';
import type { Criterion } from './criterion.js';
import { NodeList } from './node-list.js';
import type { SortedColumns } from './sorted-columns.js';
import type { Tree } from './tree.js';

export interface GrowthLimits {
  /** How many questions a path may have. */
  readonly maxDepth: number;
  /** Least total weight of the rows of a leaf. */
  readonly minLeafWeight: number;
  /** Least impurity a question must save, times the node's share of the weight. */
  readonly minImpurityDecrease: number;
  /** How many columns are tried per node; all where it is the number of columns. */
  readonly nCandidates: number;
}

/** Grows a CART tree on the rows that `included` lists once each; all must have weight.
 *
 * Every node takes the question that saves most impurity, of equal ones the first column and the lowest threshold. Rows stay
 * sorted by every column on the way down, so a level costs rows × columns; only small nodes are sorted anew.
 */
export function growTree(
  columns: SortedColumns,
  included: Uint8Array,
  criterion: Criterion,
  limits: GrowthLimits,
  random: RandomSource,
): Tree {
  return new Growth(columns, included, criterion, limits, random).grow();
}

// Up to this many rows, sorting them by the columns that are tried is cheaper than keeping all columns sorted.
const smallNode = 48;

interface Pending {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  /** The node whose child this is and on which side; −1 for the root. */
  readonly parent: number;
  readonly side: 'left' | 'right';
}

class Growth {
  readonly #columns: SortedColumns;
  readonly #criterion: Criterion;
  readonly #limits: GrowthLimits;
  readonly #random: RandomSource;
  readonly #nRows: number;
  /** [nFeatures, rows included]: row numbers; every node owns one range, the same in each column. */
  readonly #order: Int32Array;
  readonly #goesLeft: Uint8Array;
  readonly #waiting: Int32Array;
  readonly #sorted = new Int32Array(smallNode);
  readonly #candidates: Int32Array;
  readonly #nodes: NodeList;
  // The best question found for the node at hand.
  #bestColumn = -1;
  #bestThreshold = 0;
  #bestScore = -Infinity;
  #bestSize = 0;

  constructor(
    columns: SortedColumns,
    included: Uint8Array,
    criterion: Criterion,
    limits: GrowthLimits,
    random: RandomSource,
  ) {
    this.#columns = columns;
    this.#criterion = criterion;
    this.#limits = limits;
    this.#random = random;
    this.#nRows = included.reduce((sum, flag) => sum + flag, 0);
    this.#order = keepIncluded(columns, included, this.#nRows);
    this.#goesLeft = new Uint8Array(columns.nRows);
    this.#waiting = new Int32Array(this.#nRows + 1);
    this.#candidates = Int32Array.from({ length: columns.nFeatures }, (_, j) => j);
    this.#nodes = new NodeList(criterion.nOutputs);
  }

  grow(): Tree {
    const stack: Pending[] = [{ from: 0, to: this.#nRows, depth: 0, parent: -1, side: 'left' }];
    for (let node = stack.pop(); node; node = stack.pop()) {
      const { from, to, depth } = node;
      this.#criterion.enter(this.#order, from, to);
      const number = this.#nodes.add(node.parent, node.side, this.#criterion);
      if (depth >= this.#limits.maxDepth || !this.#findQuestion(from, to)) continue;
      this.#nodes.ask(number, this.#bestColumn, this.#bestThreshold);
      const middle = from + this.#bestSize;
      this.#partition(from, to);
      stack.push({ from: middle, to, depth: depth + 1, parent: number, side: 'right' });
      stack.push({ from, to: middle, depth: depth + 1, parent: number, side: 'left' });
    }
    return this.#nodes.toTree();
  }

  /** Looks for the best question; false where the node shall be a leaf. */
  #findQuestion(from: number, to: number): boolean {
    const { impurity, total, base } = this.#criterion;
    if (to - from < 2 || impurity === 0) return false;
    if (total < 2 * this.#limits.minLeafWeight) return false;
    this.#bestColumn = -1;
    this.#bestScore = -Infinity;
    const { nFeatures } = this.#columns;
    const { nCandidates } = this.#limits;
    if (nCandidates >= nFeatures) {
      for (let j = 0; j < nFeatures; j++) this.#tryColumn(j, from, to);
    } else {
      // As many as asked for, and on until one of them has a question at all.
      for (let k = 0; k < nFeatures && (k < nCandidates || this.#bestColumn < 0); k++) {
        this.#tryColumn(this.#drawCandidate(k), from, to);
      }
    }
    if (this.#bestColumn < 0) return false;
    const { minImpurityDecrease } = this.#limits;
    const saved = this.#bestScore - base;
    return minImpurityDecrease === 0 || saved >= minImpurityDecrease * this.#nodes.rootWeight;
  }

  /** The `k`-th of a random order of the columns, each drawn only when it is needed. */
  #drawCandidate(k: number): number {
    const candidates = this.#candidates;
    const other = k + this.#random.integer(candidates.length - k);
    const column = candidates[other];
    candidates[other] = candidates[k];
    candidates[k] = column;
    return column;
  }

  #tryColumn(column: number, from: number, to: number): void {
    if (to - from > smallNode) {
      const start = column * this.#nRows;
      this.#tryOrder(column, this.#order, start + from, start + to);
      return;
    }
    this.#sortSmall(column, from, to);
    this.#tryOrder(column, this.#sorted, 0, to - from);
  }

  /** Tries every threshold of a column; `order[from]` … `order[to − 1]` are the node's rows by ascending value. */
  #tryOrder(column: number, order: Int32Array, from: number, to: number): void {
    const criterion = this.#criterion;
    const values = this.#columns.values;
    const at = column * this.#columns.nRows;
    const last = values[at + order[to - 1]];
    let value = values[at + order[from]];
    if (value === last) return;
    const { minLeafWeight } = this.#limits;
    const margin = 1e-12 * criterion.scale;
    criterion.reset();
    for (let p = from; p < to - 1; p++) {
      criterion.move(order[p]);
      const next = values[at + order[p + 1]];
      if (next === value) continue;
      if (criterion.left >= minLeafWeight && criterion.total - criterion.left >= minLeafWeight) {
        const score = criterion.score();
        if (score > this.#bestScore + margin) {
          this.#bestScore = score;
          this.#bestColumn = column;
          this.#bestThreshold = midpoint(value, next);
          this.#bestSize = p + 1 - from;
        }
      }
      value = next;
      if (value === last) break;
    }
  }

  /** Sorts the rows of a small node by a column, by insertion. */
  #sortSmall(column: number, from: number, to: number): void {
    const values = this.#columns.values;
    const sorted = this.#sorted;
    const at = column * this.#columns.nRows;
    for (let p = from; p < to; p++) {
      const row = this.#order[p];
      const value = values[at + row];
      let k = p - from;
      for (; k > 0 && values[at + sorted[k - 1]] > value; k--) sorted[k] = sorted[k - 1];
      sorted[k] = row;
    }
  }

  /** Brings the rows that go left to the front of the node's range: in every column where a child needs them sorted, else in the first, which lists the rows of a node. */
  #partition(from: number, to: number): void {
    const { nRows, nFeatures, values } = this.#columns;
    const flags = this.#goesLeft;
    const order = this.#order;
    for (let p = from; p < to; p++) {
      const row = order[p];
      flags[row] = values[this.#bestColumn * nRows + row] <= this.#bestThreshold ? 1 : 0;
    }
    const larger = Math.max(this.#bestSize, to - from - this.#bestSize);
    const needed = larger > smallNode ? nFeatures : 1;
    for (let j = 0; j < needed; j++) {
      const start = j * this.#nRows;
      this.#partitionRange(start + from, start + to);
    }
  }

  /** Both places are written and one of them moves on: no branch for the processor to guess. */
  #partitionRange(from: number, to: number): void {
    const order = this.#order;
    const flags = this.#goesLeft;
    const waiting = this.#waiting;
    let kept = from;
    let put = 0;
    for (let p = from; p < to; p++) {
      const row = order[p];
      const flag = flags[row];
      order[kept] = row;
      waiting[put] = row;
      kept += flag;
      put += 1 - flag;
    }
    for (let p = 0; p < put; p++) order[kept + p] = waiting[p];
  }
}

function keepIncluded(columns: SortedColumns, included: Uint8Array, count: number): Int32Array {
  if (count === columns.nRows) return columns.order.slice();
  const kept = new Int32Array(columns.nFeatures * count + 1);
  let at = 0;
  for (const row of columns.order) {
    kept[at] = row;
    at += included[row];
  }
  return kept;
}

/** Halfway between two values, or the lower one where float64 has nothing between them. */
function midpoint(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high && middle >= low ? middle : low;
}

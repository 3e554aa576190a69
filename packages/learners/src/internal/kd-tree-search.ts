import { type DenseMatrix, type Matrix, toDense } from '@graft-ml/core';
import type { NearestList } from './nearest-list.js';
import type { NeighbourSearch } from './neighbour-search.js';

const leafRows = 16;

/** Looks only into the parts of space that can hold near rows: a k-d tree (friedman1977), halved at the median of the widest column. */
export class KdTreeSearch implements NeighbourSearch {
  readonly #x: DenseMatrix;
  /** Row numbers; every node owns a range. */
  readonly #rows: Int32Array;
  // Nodes in the order root, left subtree, right subtree; the left child of node k is k + 1.
  readonly #column: number[] = [];
  readonly #border: number[] = [];
  readonly #right: number[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  /** How far the query lies outside the part at hand, along each column. */
  readonly #outside: Float64Array;
  #query: Float64Array = new Float64Array();

  constructor(x: DenseMatrix) {
    this.#x = x;
    this.#rows = Int32Array.from({ length: x.rows }, (_, i) => i);
    this.#outside = new Float64Array(x.columns);
    this.#build(0, x.rows);
  }

  collect(query: Matrix, lists: readonly NearestList[]): void {
    const { data, columns, rows } = toDense(query);
    for (let i = 0; i < rows; i++) {
      this.#query = data.subarray(i * columns, (i + 1) * columns);
      this.#visit(0, 0, lists[i]);
    }
  }

  #build(from: number, to: number): void {
    const node = this.#column.push(-1) - 1;
    this.#border.push(0);
    this.#right.push(-1);
    this.#from.push(from);
    this.#to.push(to);
    const column = to - from > leafRows ? this.#widestColumn(from, to) : -1;
    if (column < 0) return;
    const middle = (from + to) >> 1;
    this.#putMedianAt(middle, column, from, to - 1);
    this.#column[node] = column;
    this.#border[node] = this.#value(middle, column);
    this.#build(from, middle);
    this.#right[node] = this.#column.length;
    this.#build(middle, to);
  }

  /** Offers the rows of a node that can still be near; `square` is the squared distance from the query to the node's part of space. */
  #visit(node: number, square: number, list: NearestList): void {
    const column = this.#column[node];
    if (column < 0) {
      this.#offerRows(node, list);
      return;
    }
    const gap = this.#query[column] - this.#border[node];
    const near = gap < 0 ? node + 1 : this.#right[node];
    const far = gap < 0 ? this.#right[node] : node + 1;
    this.#visit(near, square, list);
    const before = this.#outside[column];
    const farSquare = square - before * before + gap * gap;
    // Rounding may make the bound too large by a few units in the last place.
    if (farSquare * (1 - 1e-12) > list.reach) return;
    this.#outside[column] = gap;
    this.#visit(far, farSquare, list);
    this.#outside[column] = before;
  }

  #offerRows(node: number, list: NearestList): void {
    const { data, columns } = this.#x;
    const query = this.#query;
    const to = this.#to[node];
    for (let p = this.#from[node]; p < to; p++) {
      const at = this.#rows[p] * columns;
      let square = 0;
      for (let j = 0; j < columns; j++) {
        const difference = query[j] - data[at + j];
        square += difference * difference;
      }
      if (square <= list.reach) list.offer(square, this.#rows[p]);
    }
  }

  /** −1 where all rows are equal. */
  #widestColumn(from: number, to: number): number {
    let widest = -1;
    let width = 0;
    for (let j = 0; j < this.#x.columns; j++) {
      let least = Infinity;
      let most = -Infinity;
      for (let p = from; p < to; p++) {
        const value = this.#value(p, j);
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (most - least > width) {
        width = most - least;
        widest = j;
      }
    }
    return widest;
  }

  /** Quickselect: afterwards rows before `place` have values no larger, rows after it no smaller. */
  #putMedianAt(place: number, column: number, low: number, high: number): void {
    const rows = this.#rows;
    while (low < high) {
      const pivot = this.#value((low + high) >> 1, column);
      let i = low;
      let j = high;
      while (i <= j) {
        while (this.#value(i, column) < pivot) i++;
        while (this.#value(j, column) > pivot) j--;
        if (i > j) break;
        const row = rows[i];
        rows[i++] = rows[j];
        rows[j--] = row;
      }
      if (place <= j) high = j;
      else if (place >= i) low = i;
      else return;
    }
  }

  #value(position: number, column: number): number {
    return this.#x.data[this.#rows[position] * this.#x.columns + column];
  }
}

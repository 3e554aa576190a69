import { type LinearAlgebra, type Matrix, type RunOptions, step } from '@graft-ml/core';
import { checkFinite } from './check.js';
import type { NearestList } from './nearest-list.js';
import { rowBlocks } from './row-range.js';

/** Finds nearest rows among rows it was made with. */
export interface NeighbourSearch {
  /** Offers to list `i` every row that may be among the nearest of query row `i`. */
  collect(query: Matrix, lists: readonly NearestList[]): void;
}

// 64 × 1024 distances: half a megabyte, whatever the number of rows.
const queryRows = 64;
const referenceRows = 1024;

/** Looks at every row, block by block. */
export class BlockSearch implements NeighbourSearch {
  readonly #linearAlgebra: LinearAlgebra;
  readonly #blocks: readonly Matrix[];

  constructor(linearAlgebra: LinearAlgebra, x: Matrix) {
    this.#linearAlgebra = linearAlgebra;
    this.#blocks = rowBlocks(x, referenceRows);
  }

  collect(query: Matrix, lists: readonly NearestList[]): void {
    let first = 0;
    for (const block of this.#blocks) {
      const { data, columns } = this.#linearAlgebra.squaredDistances(query, block);
      for (let i = 0; i < query.rows; i++) {
        const list = lists[i];
        let reach = list.reach;
        for (let j = 0, p = i * columns; j < columns; j++, p++) {
          if (data[p] > reach) continue;
          list.offer(data[p], first + j);
          reach = list.reach;
        }
      }
      first += block.rows;
    }
  }
}

/** Calls `visit` with each query row and its nearest rows, in order; the list is only valid during the call.
 *
 * Errors: `NUMERICAL` where a distance among the nearest is infinite, `ABORTED`.
 */
export async function visitNearest(
  who: string,
  search: NeighbourSearch,
  query: Matrix,
  makeList: () => NearestList,
  visit: (row: number, nearest: NearestList) => void,
  run?: RunOptions,
): Promise<void> {
  const lists = Array.from({ length: Math.min(queryRows, query.rows) }, makeList);
  let done = 0;
  for (const block of rowBlocks(query, queryRows)) {
    for (let i = 0; i < block.rows; i++) lists[i].clear();
    search.collect(block, lists);
    for (let i = 0; i < block.rows; i++) {
      const { distances, count } = lists[i];
      checkFinite(distances.subarray(0, count), who, 'a squared distance');
      visit(done + i, lists[i]);
    }
    done += block.rows;
    await step(run, who, { stage: 'finding neighbours', done, total: query.rows });
  }
}

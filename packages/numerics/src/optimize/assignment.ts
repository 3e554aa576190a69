import { TransferError, type DenseMatrix } from '@graft-ml/core';

export interface Assignment {
  /** The column of each row, or −1 for a row left over when there are more rows than columns. */
  readonly columns: Int32Array;
  /** Sum of the costs of the pairs. */
  readonly total: number;
}

/** Pairs rows with columns one to one at least total cost (the assignment problem), every row or
 * every column being used.
 *
 * Shortest augmenting paths with potentials (jonker1987), O(rows² · columns) for rows ≤ columns.
 * Costs may be negative; they must be finite (`INVALID_DATA`). Of several best pairings one is
 * given, always the same.
 */
export function linearAssignment(cost: DenseMatrix): Assignment {
  const firstIndex = cost.data.findIndex((value) => !Number.isFinite(value));
  if (firstIndex >= 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'linearAssignment',
      message: `"cost" must be finite; received ${cost.data[firstIndex]}. Give forbidden pairs a cost above all others.`,
      details: { argument: 'cost', reason: 'non-finite', firstIndex },
    });
  }
  const flip = cost.rows > cost.columns;
  const rows = flip ? cost.columns : cost.rows;
  const columns = flip ? cost.rows : cost.columns;
  const rowStep = flip ? 1 : cost.columns;
  const columnStep = flip ? cost.columns : 1;
  const rowOf = matchColumns(rows, columns, (i, j) => cost.data[i * rowStep + j * columnStep]);
  const result = new Int32Array(cost.rows).fill(-1);
  let total = 0;
  rowOf.forEach((row, column) => {
    if (row < 0) return;
    result[flip ? column : row] = flip ? row : column;
    total += cost.data[row * rowStep + column * columnStep];
  });
  return { columns: result, total };
}

/** The row matched to each column, −1 for none; rows ≤ columns. */
function matchColumns(
  rows: number,
  columns: number,
  cost: (i: number, j: number) => number,
): Int32Array {
  const rowOf = new Int32Array(columns).fill(-1);
  const rowPotential = new Float64Array(rows);
  const columnPotential = new Float64Array(columns);
  const distance = new Float64Array(columns);
  const previous = new Int32Array(columns); // column before this one on the shortest path, −1 at its start
  const done = new Uint8Array(columns);
  for (let start = 0; start < rows; start++) {
    distance.fill(Infinity);
    done.fill(0);
    let row = start;
    let column = -1;
    let length = 0;
    // Dijkstra over reduced costs from `start` to the nearest free column.
    for (;;) {
      let nearest = -1;
      for (let j = 0; j < columns; j++) {
        if (done[j]) continue;
        const through = length + cost(row, j) - rowPotential[row] - columnPotential[j];
        if (through < distance[j]) {
          distance[j] = through;
          previous[j] = column;
        }
        if (nearest < 0 || distance[j] < distance[nearest]) nearest = j;
      }
      column = nearest;
      length = distance[column];
      if (rowOf[column] < 0) break;
      done[column] = 1;
      row = rowOf[column];
    }
    rowPotential[start] += length;
    for (let j = 0; j < columns; j++) {
      if (!done[j]) continue;
      rowPotential[rowOf[j]] += length - distance[j];
      columnPotential[j] -= length - distance[j];
    }
    while (column >= 0) {
      const before = previous[column];
      rowOf[column] = before < 0 ? start : rowOf[before];
      column = before;
    }
  }
  return rowOf;
}

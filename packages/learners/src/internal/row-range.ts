import type { Matrix } from '@graft-ml/core';

/** Rows `from` … `to − 1` of `x` as a matrix over the same memory. */
export function rowRange(x: Matrix, from: number, to: number): Matrix {
  const { columns } = x;
  if (x.format === 'dense') {
    const data = x.data.subarray(from * columns, to * columns);
    return { format: 'dense', rows: to - from, columns, data };
  }
  const first = x.rowStarts[from];
  const last = x.rowStarts[to];
  return {
    format: 'csr',
    rows: to - from,
    columns,
    rowStarts: x.rowStarts.slice(from, to + 1).map((start) => start - first),
    columnIndices: x.columnIndices.subarray(first, last),
    values: x.values.subarray(first, last),
  };
}

/** `x` cut into pieces of at most `size` rows, over the same memory. */
export function rowBlocks(x: Matrix, size: number): Matrix[] {
  const blocks: Matrix[] = [];
  for (let from = 0; from < x.rows; from += size) {
    blocks.push(rowRange(x, from, Math.min(x.rows, from + size)));
  }
  return blocks;
}

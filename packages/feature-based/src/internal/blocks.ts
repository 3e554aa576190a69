import { type DenseMatrix, denseMatrix, type Matrix } from '@graft-ml/core';

/** A copy of a row times a factor, at block `at` of the wide row. */
export interface Placement {
  readonly at: number;
  readonly factor: number;
}

/** Rows [n, d] as rows of `nBlocks` blocks [n, nBlocks·d], zero but where `placements`, by ascending `at`, put them. Sparse rows stay sparse. */
export function placeBlocks(x: Matrix, nBlocks: number, placements: readonly Placement[]): Matrix {
  const { rows, columns } = x;
  const wide = nBlocks * columns;
  if (x.format === 'dense') {
    const data = new Float64Array(rows * wide);
    for (let i = 0; i < rows; i++) {
      for (const { at, factor } of placements) {
        const to = i * wide + at * columns;
        for (let j = 0; j < columns; j++) data[to + j] = factor * x.data[i * columns + j];
      }
    }
    return denseMatrix(rows, wide, data);
  }
  const copies = placements.length;
  const columnIndices = new Int32Array(copies * x.values.length);
  const values = new Float64Array(copies * x.values.length);
  for (let i = 0; i < rows; i++) {
    let to = copies * x.rowStarts[i];
    for (const { at, factor } of placements) {
      for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++, to++) {
        columnIndices[to] = at * columns + x.columnIndices[p];
        values[to] = factor * x.values[p];
      }
    }
  }
  const rowStarts = x.rowStarts.map((start) => copies * start);
  return { format: 'csr', rows, columns: wide, rowStarts, columnIndices, values };
}

/** Rows with columns added on the right; sparse rows stay sparse, the new entries stored. */
export function appendColumns(x: Matrix, added: DenseMatrix): Matrix {
  const { rows, columns } = x;
  const width = columns + added.columns;
  if (x.format === 'dense') {
    const data = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) {
      data.set(x.data.subarray(i * columns, (i + 1) * columns), i * width);
      const from = i * added.columns;
      data.set(added.data.subarray(from, from + added.columns), i * width + columns);
    }
    return denseMatrix(rows, width, data);
  }
  const entries = x.values.length + added.data.length;
  const rowStarts = x.rowStarts.map((start, i) => start + i * added.columns);
  const columnIndices = new Int32Array(entries);
  const values = new Float64Array(entries);
  for (let i = 0; i < rows; i++) {
    const own = x.rowStarts[i + 1] - x.rowStarts[i];
    const to = rowStarts[i];
    columnIndices.set(x.columnIndices.subarray(x.rowStarts[i], x.rowStarts[i + 1]), to);
    values.set(x.values.subarray(x.rowStarts[i], x.rowStarts[i + 1]), to);
    for (let j = 0; j < added.columns; j++) {
      columnIndices[to + own + j] = columns + j;
      values[to + own + j] = added.data[i * added.columns + j];
    }
  }
  return { format: 'csr', rows, columns: width, rowStarts, columnIndices, values };
}

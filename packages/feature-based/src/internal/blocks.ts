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
export function appendColumns(x: Matrix, ...added: readonly DenseMatrix[]): Matrix {
  const { rows, columns } = x;
  const width = added.reduce((sum, part) => sum + part.columns, columns);
  if (x.format === 'dense') {
    const data = new Float64Array(rows * width);
    let offset = 0;
    for (const part of [x, ...added]) {
      for (let i = 0; i < rows; i++) {
        const from = i * part.columns;
        data.set(part.data.subarray(from, from + part.columns), i * width + offset);
      }
      offset += part.columns;
    }
    return denseMatrix(rows, width, data);
  }
  const more = width - columns;
  const entries = x.values.length + rows * more;
  const rowStarts = x.rowStarts.map((start, i) => start + i * more);
  const columnIndices = new Int32Array(entries);
  const values = new Float64Array(entries);
  for (let i = 0; i < rows; i++) {
    const [from, end] = [x.rowStarts[i], x.rowStarts[i + 1]];
    columnIndices.set(x.columnIndices.subarray(from, end), rowStarts[i]);
    values.set(x.values.subarray(from, end), rowStarts[i]);
    let to = rowStarts[i] + end - from;
    for (let j = columns; j < width; j++) columnIndices[to + j - columns] = j;
    for (const part of added) {
      values.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), to);
      to += part.columns;
    }
  }
  return { format: 'csr', rows, columns: width, rowStarts, columnIndices, values };
}

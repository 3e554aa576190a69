import { denseMatrix, type Matrix } from '@graft-ml/core';

/** The columns of `x` at `columns`, ascending, in that order; sparse rows stay sparse. */
export function selectColumns(x: Matrix, columns: ArrayLike<number>): Matrix {
  const width = columns.length;
  if (x.format === 'dense') {
    const data = new Float64Array(x.rows * width);
    for (let i = 0, to = 0; i < x.rows; i++) {
      for (let j = 0; j < width; j++, to++) data[to] = x.data[i * x.columns + columns[j]];
    }
    return denseMatrix(x.rows, width, data);
  }
  const place = new Int32Array(x.columns).fill(-1);
  for (let j = 0; j < width; j++) place[columns[j]] = j;
  let entries = 0;
  for (const column of x.columnIndices) if (place[column] >= 0) entries++;
  const rowStarts = new Int32Array(x.rows + 1);
  const columnIndices = new Int32Array(entries);
  const values = new Float64Array(entries);
  for (let i = 0, to = 0; i < x.rows; i++) {
    for (let p = x.rowStarts[i]; p < x.rowStarts[i + 1]; p++) {
      const column = place[x.columnIndices[p]];
      if (column < 0) continue;
      columnIndices[to] = column;
      values[to++] = x.values[p];
    }
    rowStarts[i + 1] = to;
  }
  return { format: 'csr', rows: x.rows, columns: width, rowStarts, columnIndices, values };
}

/** `x` with zeros in the given columns; sparse rows keep their entries, as zeros. */
export function clearColumns(x: Matrix, columns: ArrayLike<number>): Matrix {
  const cleared = new Uint8Array(x.columns);
  for (let k = 0; k < columns.length; k++) cleared[columns[k]] = 1;
  if (x.format === 'csr') {
    const values = x.values.map((value, p) => (cleared[x.columnIndices[p]] ? 0 : value));
    return { ...x, values };
  }
  const data = x.data.slice();
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < columns.length; k++) data[i * x.columns + columns[k]] = 0;
  }
  return denseMatrix(x.rows, x.columns, data);
}

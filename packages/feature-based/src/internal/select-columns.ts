import { denseMatrix, type Matrix } from '@graft-ml/core';

/** The columns of `x` at `columns`, ascending, in that order; sparse rows stay sparse. */
export function selectColumns(x: Matrix, columns: ArrayLike<number>): Matrix {
  const width = columns.length;
  if (x.format === 'dense') {
    const data = new Float64Array(x.rows * width);
    const runs = runsOf(columns);
    for (let i = 0, to = 0; i < x.rows; i++) {
      for (const { start, end } of runs) {
        const stop = i * x.columns + end;
        for (let p = i * x.columns + start; p < stop; p++, to++) data[to] = x.data[p];
      }
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

/** Ascending numbers as ranges, ends exclusive. */
function runsOf(numbers: ArrayLike<number>): { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let j = 0; j < numbers.length; j++) {
    const last = runs.at(-1);
    if (last?.end === numbers[j]) last.end++;
    else runs.push({ start: numbers[j], end: numbers[j] + 1 });
  }
  return runs;
}

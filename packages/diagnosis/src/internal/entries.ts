import type { Matrix } from '@graft-ml/core';

/** Visits every entry that is not 0, row by row; sparse rows stay sparse. */
export function eachEntry(
  x: Matrix,
  visit: (row: number, column: number, value: number) => void,
): void {
  if (x.format === 'dense') {
    const { rows, columns, data } = x;
    for (let i = 0, p = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, p++) if (data[p] !== 0) visit(i, j, data[p]);
    }
    return;
  }
  const { rows, rowStarts, columnIndices, values } = x;
  for (let i = 0; i < rows; i++) {
    for (let p = rowStarts[i]; p < rowStarts[i + 1]; p++) {
      if (values[p] !== 0) visit(i, columnIndices[p], values[p]);
    }
  }
}

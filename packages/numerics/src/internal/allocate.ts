import { TransferError, type DenseMatrix } from '@graft-ml/core';

/** Zeros, or an `OUT_OF_MEMORY` error that says how many bytes were asked for. */
export function allocate(length: number, who: string): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw new TransferError({
      code: 'OUT_OF_MEMORY',
      who,
      message: `could not get ${length * 8} bytes. Use fewer rows or columns, or an approximation such as Nyström features.`,
      details: { bytes: length * 8 },
      cause,
    });
  }
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number, who: string): DenseMatrix {
  return { format: 'dense', rows, columns, data: allocate(rows * columns, who) };
}

/** The transposed matrix as a new one. */
export function transposed(a: DenseMatrix, who: string): DenseMatrix {
  const { rows, columns, data } = a;
  const result = zeros(columns, rows, who);
  const tile = 32; // one tile of source and target fits the first cache level
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(i0 + tile, rows);
    for (let j0 = 0; j0 < columns; j0 += tile) {
      const j1 = Math.min(j0 + tile, columns);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) result.data[j * rows + i] = data[i * columns + j];
      }
    }
  }
  return result;
}

/** A full symmetric copy of a matrix of which only the lower triangle is read. */
export function symmetricCopy(a: DenseMatrix, who: string): DenseMatrix {
  const n = a.rows;
  const data = allocate(n * n, who);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = a.data[i * n + j];
  }
  return { format: 'dense', rows: n, columns: n, data };
}

import { TransferError, type Matrix } from '@graft-ml/core';

/** Throws `SHAPE_MISMATCH` unless the matrix has that many rows and columns; what is left out may
 * be any number. */
export function checkSize(
  matrix: Matrix,
  size: { readonly rows?: number; readonly columns?: number },
  argument: string,
  who: string,
): void {
  const { rows = matrix.rows, columns = matrix.columns } = size;
  if (matrix.rows === rows && matrix.columns === columns) return;
  const wanted =
    size.columns === undefined
      ? `${rows} rows`
      : size.rows === undefined
        ? `${columns} columns`
        : `${rows} rows and ${columns} columns`;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must have ${wanted}; received ${matrix.rows} × ${matrix.columns}.`,
    details: { argument, expected: [rows, columns], received: [matrix.rows, matrix.columns] },
  });
}

/** Throws `SHAPE_MISMATCH` when there is nothing to work on. */
export function checkNotEmpty(count: number, argument: string, who: string): void {
  if (count > 0) return;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must not be empty.`,
    details: { argument, received: 0 },
  });
}

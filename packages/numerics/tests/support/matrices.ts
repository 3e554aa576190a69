import { denseMatrix, isTransferError, type DenseMatrix, type ErrorCode } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import type { GoldenArray } from '../../../../tools/testing/golden.js';

/** The matrix of a golden array; a vector becomes a column. */
export function fromGolden({ shape, data }: GoldenArray): DenseMatrix {
  return denseMatrix(shape[0] ?? 1, shape[1] ?? 1, Float64Array.from(data));
}

export function fromRows(rows: readonly (readonly number[])[]): DenseMatrix {
  return denseMatrix(rows.length, rows[0]?.length ?? 0, Float64Array.from(rows.flat()));
}

export function identity(n: number): DenseMatrix {
  const result = denseMatrix(n, n);
  for (let i = 0; i < n; i++) result.data[i * n + i] = 1;
  return result;
}

export function normalMatrix(
  rows: number,
  columns: number,
  random: RandomSource = randomSource(1),
): DenseMatrix {
  return denseMatrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );
}

/** The product by its definition. */
export function naiveProduct(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const result = denseMatrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) {
        sum += a.data[i * a.columns + k] * b.data[k * b.columns + j];
      }
      result.data[i * b.columns + j] = sum;
    }
  }
  return result;
}

export function transposeOf(a: DenseMatrix): DenseMatrix {
  const result = denseMatrix(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) result.data[j * a.rows + i] = a.data[i * a.columns + j];
  }
  return result;
}

/** `a` with column `j` times `factors[j]`. */
export function scaleColumns(a: DenseMatrix, factors: ArrayLike<number>): DenseMatrix {
  return denseMatrix(
    a.rows,
    a.columns,
    a.data.map((value, p) => value * factors[p % a.columns]),
  );
}

/** Largest magnitude among the entries of `a − b`. */
export function largestDifference(a: DenseMatrix, b: DenseMatrix): number {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  return a.data.reduce((largest, value, p) => Math.max(largest, Math.abs(value - b.data[p])), 0);
}

export function largestEntry(a: DenseMatrix): number {
  return a.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** What `action` throws, checked to be a TransferError of that code. */
export function errorOf(action: () => unknown, code: ErrorCode): Readonly<Record<string, unknown>> {
  try {
    action();
  } catch (error) {
    expect(isTransferError(error, code) ? code : error).toBe(code);
    return isTransferError(error) ? error.details : {};
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

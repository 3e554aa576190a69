import { type Matrix, toDense } from '@graft-ml/core';
import type { RandomSource } from '@graft-ml/numerics';

export type Rows = number[][];

/** Standard normal rows. */
export function normalRows(random: RandomSource, rows: number, columns: number): Rows {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
}

/** a·b, written out. */
export function product(a: Rows, b: Rows): Rows {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
}

export function transposed(a: Rows): Rows {
  return a[0]!.map((_, j) => a.map((row) => row[j]!));
}

/** Gram-Schmidt on the rows of a random matrix: a random orthogonal matrix. */
export function orthogonal(random: RandomSource, n: number): Rows {
  const rows: Rows = [];
  for (const row of normalRows(random, n, n)) {
    let rest = row;
    for (let twice = 0; twice < 2; twice++) {
      for (const done of rows) {
        const dot = rest.reduce((sum, v, j) => sum + v * done[j]!, 0);
        rest = rest.map((v, j) => v - dot * done[j]!);
      }
    }
    const length = Math.hypot(...rest);
    rows.push(rest.map((v) => v / length));
  }
  return rows;
}

/** The rows of a matrix. */
export function toRows(matrix: Matrix): Rows {
  const { rows, columns, data } = toDense(matrix);
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * columns, (i + 1) * columns)),
  );
}

/** Largest absolute difference of two matrices of one shape. */
export function gap(a: Rows, b: Rows): number {
  return Math.max(0, ...a.flatMap((row, i) => row.map((v, j) => Math.abs(v - b[i]![j]!))));
}

/** ‖a − b‖_F. */
export function distance(a: Rows, b: Rows): number {
  return Math.hypot(...a.flatMap((row, i) => row.map((v, j) => v - b[i]![j]!)));
}

/** Rows minus their column means. */
export function centred(x: Rows): Rows {
  const mean = x[0]!.map((_, j) => x.reduce((sum, row) => sum + row[j]! / x.length, 0));
  return x.map((row) => row.map((v, j) => v - mean[j]!));
}

/** Matrix with `values` on its diagonal. */
export function diagonal(values: ArrayLike<number>): Rows {
  return Array.from(values, (v, i) => Array.from(values, (_, j) => (i === j ? v : 0)));
}

import { randomSource } from '@graft-ml/numerics';

/** Three noisy groups in `nFeatures` dimensions, their group numbers, and a value that depends on all features. */
export function groups(
  n: number,
  nFeatures: number,
  seed: number,
): { x: number[][]; y: number[]; value: number[] } {
  const random = randomSource(seed);
  const y = Array.from({ length: n }, (_, i) => i % 3);
  const x = y.map((group) =>
    Array.from({ length: nFeatures }, (_, j) => random.normal() + (j === group ? 2 : 0) + j),
  );
  const value = x.map((row) => row.reduce((sum, v, j) => sum + v / (j + 1), 0.3 * random.normal()));
  return { x, y, value };
}

/** Weights between 0.2 and 2.2. */
export function someWeights(n: number, seed: number): number[] {
  const random = randomSource(seed);
  return Array.from({ length: n }, () => 0.2 + 2 * random.uniform());
}

/** The same rows as compressed sparse rows. */
export function sparse(rows: readonly (readonly number[])[]): {
  format: 'csr';
  rows: number;
  columns: number;
  rowStarts: Int32Array;
  columnIndices: Int32Array;
  values: Float64Array;
} {
  const starts = [0];
  const columns: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    row.forEach((value, j) => {
      if (value === 0) return;
      columns.push(j);
      values.push(value);
    });
    starts.push(values.length);
  }
  return {
    format: 'csr',
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    rowStarts: Int32Array.from(starts),
    columnIndices: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

/** Largest absolute difference. */
export function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

import type { RandomSource } from '@graft-ml/numerics';

/** Rows of independent standard normal numbers. */
export function normalRows(random: RandomSource, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
}

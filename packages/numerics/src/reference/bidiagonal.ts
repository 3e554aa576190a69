import { allocate, transposed } from '../internal/allocate.js';
import {
  makeColumnReflector,
  makeRowReflector,
  reflectColumns,
  reflectRows,
} from './householder.js';
import { orthogonalColumns } from './reflector-panel.js';

export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** `couplings[k]` stands in row k, column k + 1. */
  readonly couplings: Float64Array;
  /** Uᵀ [n, m] and Vᵀ [n, n] with `a = U·B·Vᵀ`. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Golub–Kahan reduction of `work` [m, n], m ≥ n (overwritten), to upper bidiagonal form
 * (golub2013, 5.4.8). */
export function bidiagonalize(work: Float64Array, m: number, n: number, who: string): Bidiagonal {
  const diagonal = new Float64Array(n);
  const couplings = new Float64Array(Math.max(0, n - 1));
  const leftHeads = new Float64Array(n);
  const rightHeads = new Float64Array(n);
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = makeColumnReflector(work, m, n, k, leftHeads);
    reflectColumns(work, leftHeads[k], m, n, k, n, sums);
    if (k + 1 >= n) continue;
    const start = k * n + k + 1;
    const { head, value } = makeRowReflector(work, start, (k + 1) * n);
    couplings[k] = value;
    rightHeads[k] = head;
    reflectRows(work, start, n - k - 1, head, work, n, k + 1, m, k + 1);
  }
  const u = allocate(m * n, who);
  orthogonalColumns(work, leftHeads, m, n, u);
  const right = allocate(n * n, who);
  for (let k = 0; k < n; k++) right[k * n + k] = 1;
  for (let k = n - 2; k >= 0; k--) {
    reflectRows(work, k * n + k + 1, n - k - 1, rightHeads[k], right, n, k + 1, n, k + 1);
  }
  const left = transposed({ format: 'dense', rows: m, columns: n, data: u }, who).data;
  return { diagonal, couplings, left, right };
}

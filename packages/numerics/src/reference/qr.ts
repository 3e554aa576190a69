import type { DenseMatrix } from '@graft-ml/core';
import { zeros } from '../internal/allocate.js';
import { checkTall } from '../internal/checks.js';
import { makeColumnReflector, reflectColumns } from './householder.js';
import { applyPanel, orthogonalColumns, panelWidth, reflectorPanel } from './reflector-panel.js';

/** Thin Householder factorisation `a = q·r` of a tall matrix with a non-negative diagonal of
 * `r`. */
export function qr(a: DenseMatrix): { readonly q: DenseMatrix; readonly r: DenseMatrix } {
  const who = 'qr';
  checkTall(a, who);
  const m = a.rows;
  const n = a.columns;
  const work = a.data.slice();
  const sums = new Float64Array(n);
  const heads = new Float64Array(n);
  const r = zeros(n, n, who);
  for (let start = 0; start < n; start += panelWidth) {
    const end = Math.min(start + panelWidth, n);
    for (let k = start; k < end; k++) {
      r.data[k * n + k] = makeColumnReflector(work, m, n, k, heads);
      reflectColumns(work, heads[k], m, n, k, end, sums);
    }
    if (end < n) applyPanel(reflectorPanel(work, heads, m, n, start, end), work, m, n, end, true);
  }
  for (let k = 0; k < n; k++) {
    for (let j = k + 1; j < n; j++) r.data[k * n + j] = work[k * n + j];
  }
  const q = zeros(m, n, who);
  orthogonalColumns(work, heads, m, n, q.data);
  makeDiagonalPositive(q.data, r.data, m, n);
  return { q, r };
}

function makeDiagonalPositive(q: Float64Array, r: Float64Array, m: number, n: number): void {
  for (let k = 0; k < n; k++) {
    if (!(r[k * n + k] < 0)) continue;
    for (let j = k; j < n; j++) r[k * n + j] = -r[k * n + j];
    for (let i = 0; i < m; i++) q[i * n + k] = -q[i * n + k];
  }
}

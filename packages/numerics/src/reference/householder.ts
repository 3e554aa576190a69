// Reflections I − u·uᵀ/h with h = the head of u, for the factorisations that clear columns. A head
// of 0 means: none needed.

import { inversePowerOfTwo } from '../internal/scale.js';

/** Turns column `k` of `work` [m, n] from row `k` down into a Householder vector u, puts its head
 * into `heads[k]`, and gives the value that stays on the diagonal. */
export function makeColumnReflector(
  work: Float64Array,
  m: number,
  n: number,
  k: number,
  heads: Float64Array,
): number {
  let largest = 0;
  for (let i = k; i < m; i++) largest = Math.max(largest, Math.abs(work[i * n + k]));
  heads[k] = 0;
  if (largest === 0) return 0;
  // Scaled by a power of two: exact, and what rounding left of a column may be next to nothing.
  const scale = inversePowerOfTwo(largest);
  let sum = 0;
  for (let i = k; i < m; i++) {
    const scaled = (work[i * n + k] *= scale);
    sum += scaled * scaled;
  }
  const norm = work[k * n + k] < 0 ? -Math.sqrt(sum) : Math.sqrt(sum);
  for (let i = k; i < m; i++) work[i * n + k] /= norm;
  heads[k] = work[k * n + k] += 1;
  return -norm / scale;
}

/** Reflects columns k + 1 … `to` − 1 of `work` [m, n] by the vector in its column `k`, along rows,
 * four of them at a time. */
export function reflectColumns(
  work: Float64Array,
  head: number,
  m: number,
  n: number,
  k: number,
  to: number,
  sums: Float64Array,
): void {
  if (head === 0) return;
  sums.fill(0, k + 1, to);
  let i = k;
  for (; i + 3 < m; i += 4) {
    const p = i * n;
    const u0 = work[p + k];
    const u1 = work[p + n + k];
    const u2 = work[p + 2 * n + k];
    const u3 = work[p + 3 * n + k];
    for (let j = k + 1; j < to; j++) {
      const below = u2 * work[p + 2 * n + j] + u3 * work[p + 3 * n + j];
      sums[j] += u0 * work[p + j] + u1 * work[p + n + j] + below;
    }
  }
  for (; i < m; i++) {
    const u = work[i * n + k];
    for (let j = k + 1; j < to; j++) sums[j] += u * work[i * n + j];
  }
  for (i = k; i < m; i++) {
    const u = work[i * n + k] / head;
    for (let j = k + 1; j < to; j++) work[i * n + j] -= u * sums[j];
  }
}

/** Turns entries `from` … `to` − 1 of `work` into a Householder vector; gives its head (the first
 * entry, or 0) and the value that stays at `from`. */
export function makeRowReflector(
  work: Float64Array,
  from: number,
  to: number,
): { readonly head: number; readonly value: number } {
  let largest = 0;
  for (let p = from; p < to; p++) largest = Math.max(largest, Math.abs(work[p]));
  if (largest === 0) return { head: 0, value: 0 };
  const scale = inversePowerOfTwo(largest);
  let sum = 0;
  for (let p = from; p < to; p++) {
    const scaled = (work[p] *= scale);
    sum += scaled * scaled;
  }
  const norm = work[from] < 0 ? -Math.sqrt(sum) : Math.sqrt(sum);
  for (let p = from; p < to; p++) work[p] /= norm;
  work[from] += 1;
  return { head: work[from], value: -norm / scale };
}

/** Reflects rows `start` … `end` − 1 of `target` (rows of `step` entries), columns from `column`
 * on, by the `count` entries of `vectors` at `from`; four rows at a time, so that four sums run
 * side by side. */
export function reflectRows(
  vectors: Float64Array,
  from: number,
  count: number,
  head: number,
  target: Float64Array,
  step: number,
  start: number,
  end: number,
  column: number,
): void {
  if (head === 0) return;
  let i = start;
  for (; i + 3 < end; i += 4) {
    const p0 = i * step + column;
    const p1 = p0 + step;
    const p2 = p1 + step;
    const p3 = p2 + step;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < count; k++) {
      const u = vectors[from + k];
      s0 += u * target[p0 + k];
      s1 += u * target[p1 + k];
      s2 += u * target[p2 + k];
      s3 += u * target[p3 + k];
    }
    s0 /= head;
    s1 /= head;
    s2 /= head;
    s3 /= head;
    for (let k = 0; k < count; k++) {
      const u = vectors[from + k];
      target[p0 + k] -= s0 * u;
      target[p1 + k] -= s1 * u;
      target[p2 + k] -= s2 * u;
      target[p3 + k] -= s3 * u;
    }
  }
  for (; i < end; i++) {
    const p = i * step + column;
    let sum = 0;
    for (let k = 0; k < count; k++) sum += vectors[from + k] * target[p + k];
    sum /= head;
    for (let k = 0; k < count; k++) target[p + k] -= sum * vectors[from + k];
  }
}

// Reflections I − u·uᵀ/h with h = the head of u, for the factorisations that clear columns. A head of 0 means: none needed.

/** Turns column `k` of `work` [m, n] from row `k` down into a Householder vector u, puts its head into `heads[k]`, and
 * gives the value that stays on the diagonal. */
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
  let sum = 0;
  for (let i = k; i < m; i++) {
    const scaled = work[i * n + k] / largest;
    sum += scaled * scaled;
  }
  const norm = (work[k * n + k] < 0 ? -1 : 1) * largest * Math.sqrt(sum);
  for (let i = k; i < m; i++) work[i * n + k] /= norm;
  heads[k] = work[k * n + k] += 1;
  return -norm;
}

/** Reflects columns `from` … n − 1 of `target` [m, n] by the vector in column `k` of `vectors` [m, n], along rows. */
export function reflectColumns(
  vectors: Float64Array,
  head: number,
  m: number,
  n: number,
  k: number,
  from: number,
  target: Float64Array,
  sums: Float64Array,
): void {
  if (head === 0) return;
  sums.fill(0, from, n);
  for (let i = k; i < m; i++) {
    const u = vectors[i * n + k];
    const row = i * n;
    for (let j = from; j < n; j++) sums[j] += u * target[row + j];
  }
  for (let i = k; i < m; i++) {
    const u = vectors[i * n + k] / head;
    const row = i * n;
    for (let j = from; j < n; j++) target[row + j] -= u * sums[j];
  }
}

/** Turns entries `from` … `to` − 1 of `work` into a Householder vector; gives its head (the first entry, or 0) and the
 * value that stays at `from`. */
export function makeRowReflector(
  work: Float64Array,
  from: number,
  to: number,
): { readonly head: number; readonly value: number } {
  let largest = 0;
  for (let p = from; p < to; p++) largest = Math.max(largest, Math.abs(work[p]));
  if (largest === 0) return { head: 0, value: 0 };
  let sum = 0;
  for (let p = from; p < to; p++) {
    const scaled = work[p] / largest;
    sum += scaled * scaled;
  }
  const norm = (work[from] < 0 ? -1 : 1) * largest * Math.sqrt(sum);
  for (let p = from; p < to; p++) work[p] /= norm;
  work[from] += 1;
  return { head: work[from], value: -norm };
}

/** Reflects the `count` entries of `target` from `offset` on by the vector at `from` in `vectors`. */
export function reflectRow(
  vectors: Float64Array,
  from: number,
  count: number,
  head: number,
  target: Float64Array,
  offset: number,
): void {
  let dot = 0;
  for (let k = 0; k < count; k++) dot += vectors[from + k] * target[offset + k];
  dot /= head;
  for (let k = 0; k < count; k++) target[offset + k] -= dot * vectors[from + k];
}

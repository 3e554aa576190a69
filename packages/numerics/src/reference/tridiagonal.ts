import { allocate } from '../internal/allocate.js';
import { inversePowerOfTwo } from '../internal/scale.js';
import { reflectRows } from './householder.js';

export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** `couplings[k]` stands between positions k and k + 1. */
  readonly couplings: Float64Array;
  /** Rows b₀ … b₍ₙ₋₁₎ of the orthogonal matrix B with B·A·Bᵀ tridiagonal. */
  readonly basis: Float64Array;
}

/** Reduces a symmetric matrix, given by the lower triangle of `work` (overwritten), by Householder
 * reflections from the last row upwards, so that every loop runs along rows. A reflection is
 * I − u·uᵀ/h; `u` is left in the row it cleared. */
export function tridiagonalize(work: Float64Array, n: number, who: string): Tridiagonal {
  const diagonal = new Float64Array(n);
  const couplings = new Float64Array(Math.max(0, n - 1));
  const heads = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    diagonal[i] = work[i * n + i];
    heads[i] = makeReflector(work, n, i, couplings);
    if (heads[i] === 0) continue;
    const u = work.subarray(i * n, i * n + i);
    multiplyLower(work, n, i, u, product);
    let overlap = 0;
    for (let j = 0; j < i; j++) overlap += u[j] * product[j];
    const h = heads[i];
    const share = overlap / (2 * h * h);
    for (let j = 0; j < i; j++) product[j] = product[j] / h - share * u[j];
    for (let j = 0; j < i; j++) {
      const row = j * n;
      const uj = u[j];
      const qj = product[j];
      for (let k = 0; k <= j; k++) work[row + k] -= uj * product[k] + qj * u[k];
    }
  }
  if (n > 0) diagonal[0] = work[0];
  return { diagonal, couplings, basis: accumulate(work, heads, n, who) };
}

/** Turns row `i` left of the diagonal into its Householder vector u; gives h = u's last entry, or 0
 * when none is needed. */
function makeReflector(work: Float64Array, n: number, i: number, couplings: Float64Array): number {
  const row = i * n;
  const last = work[row + i - 1];
  let largest = 0;
  for (let j = 0; j < i - 1; j++) largest = Math.max(largest, Math.abs(work[row + j]));
  if (largest === 0) {
    couplings[i - 1] = last;
    return 0;
  }
  largest = Math.max(largest, Math.abs(last));
  const scale = inversePowerOfTwo(largest);
  let sum = 0;
  for (let j = 0; j < i; j++) {
    const scaled = (work[row + j] *= scale);
    sum += scaled * scaled;
  }
  const norm = last < 0 ? -Math.sqrt(sum) : Math.sqrt(sum);
  for (let j = 0; j < i; j++) work[row + j] /= norm;
  couplings[i - 1] = -norm / scale;
  return (work[row + i - 1] += 1);
}

/** `product = A·u` for the leading i × i part, of which the lower triangle is read once, two rows
 * at a time. */
function multiplyLower(
  work: Float64Array,
  n: number,
  i: number,
  u: Float64Array,
  product: Float64Array,
): void {
  product.fill(0, 0, i);
  let r = 0;
  for (; r + 1 < i; r += 2) {
    const p = r * n;
    const q = p + n;
    const u0 = u[r];
    const u1 = u[r + 1];
    let s0 = 0;
    let s1 = 0;
    for (let k = 0; k < r; k++) {
      const x = work[p + k];
      const y = work[q + k];
      s0 += x * u[k];
      s1 += y * u[k];
      product[k] += x * u0 + y * u1;
    }
    product[r] += s0 + work[p + r] * u0 + work[q + r] * u1;
    product[r + 1] += s1 + work[q + r] * u0 + work[q + r + 1] * u1;
  }
  if (r < i) {
    const p = r * n;
    let s = 0;
    for (let k = 0; k < r; k++) {
      s += work[p + k] * u[k];
      product[k] += work[p + k] * u[r];
    }
    product[r] += s + work[p + r] * u[r];
  }
}

/** B = H₁·H₂·…, built from the left: before Hᵢ only the leading i rows and columns differ from the
 * identity. */
function accumulate(work: Float64Array, heads: Float64Array, n: number, who: string): Float64Array {
  const basis = allocate(n * n, who);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (let i = 1; i < n; i++) reflectRows(work, i * n, i, heads[i], basis, n, 0, i, 0);
  return basis;
}

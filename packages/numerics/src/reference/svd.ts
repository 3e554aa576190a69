import type { DenseMatrix, Svd } from '@graft-ml/core';
import { allocate, transposed } from '../internal/allocate.js';
import { checkCount, checkFinite, notConverged, orientColumns } from '../internal/checks.js';
import { scaleToOne } from '../internal/scale.js';
import { bidiagonalize, type Bidiagonal } from './bidiagonal.js';
import { multiply } from './multiply.js';
import { qr } from './qr.js';
import {
  rotateChain,
  rotateRows,
  rotationChain,
  setRotation,
  type RotationChain,
} from './rotate.js';

/** Thin singular value decomposition: reduction to bidiagonal form, then implicitly shifted QR
 * steps, unshifted where the shift would spoil small values (demmel1990, "Accurate singular values
 * of bidiagonal matrices"). */
export function svd(a: DenseMatrix, options: { readonly count?: number } = {}, who = 'svd'): Svd {
  checkFinite(a, who);
  const count = checkCount(options.count, Math.min(a.rows, a.columns), who);
  const wide = a.rows < a.columns;
  const { left, s, right } = decomposeTall(wide ? transposed(a, who) : a, count, who);
  const u = wide ? right : left;
  const v = wide ? left : right;
  orientColumns(v, u);
  return { u, s, v };
}

interface Factors {
  readonly left: DenseMatrix;
  readonly s: Float64Array;
  readonly right: DenseMatrix;
}

function decomposeTall(a: DenseMatrix, count: number, who: string): Factors {
  const { rows: m, columns: n } = a;
  if (m > 1.6 * n) {
    const { q, r } = qr(a);
    const small = decomposeTall(r, count, who);
    return { left: multiply(q, small.left), s: small.s, right: small.right };
  }
  const work = allocate(m * n, who);
  const scale = scaleToOne(a.data);
  for (let p = 0; p < work.length; p++) work[p] = scale * a.data[p];
  const form = bidiagonalize(work, m, n, who);
  diagonalize(form, m, n, who);
  for (let k = 0; k < n; k++) {
    if (form.diagonal[k] >= 0) continue;
    form.diagonal[k] = -form.diagonal[k];
    for (let p = k * n; p < (k + 1) * n; p++) form.right[p] = -form.right[p];
  }
  const order = Array.from(form.diagonal.keys())
    .sort((i, j) => form.diagonal[j] - form.diagonal[i])
    .slice(0, count);
  return {
    left: rowsAsColumns(form.left, m, order, who),
    s: Float64Array.from(order, (k) => form.diagonal[k] / scale),
    right: rowsAsColumns(form.right, n, order, who),
  };
}

function diagonalize(form: Bidiagonal, m: number, n: number, who: string): void {
  const { diagonal: d, couplings: f } = form;
  let norm = 0;
  for (let k = 0; k < n; k++) norm = Math.max(norm, Math.abs(d[k]) + Math.abs(f[k] ?? 0));
  const zero = Number.EPSILON * norm;
  const onRight = rotationChain(n);
  const onLeft = rotationChain(n);
  let steps = 0;
  let high = n - 1;
  while (high > 0) {
    let low = high;
    while (low > 0 && !isNegligible(d, f, low - 1, zero)) low--;
    if (low === high) {
      high--;
      continue;
    }
    if (++steps > 60 * n) throw notConverged(steps, who);
    const empty = nullPosition(d, low, high, zero);
    if (empty === high) clearColumn(form, n, low, high);
    else if (empty >= 0) clearRow(form, m, empty, high);
    else {
      chase(form, low, high, onRight, onLeft);
      rotateChain(form.right, n, low, 1, onRight);
      rotateChain(form.left, m, low, 1, onLeft);
    }
  }
}

/** Clears a negligible coupling and says so. */
function isNegligible(d: Float64Array, f: Float64Array, k: number, zero: number): boolean {
  const neighbours = Math.abs(d[k]) + Math.abs(d[k + 1]);
  if (Math.abs(f[k]) > Number.EPSILON * neighbours && Math.abs(f[k]) > zero * 1e-140) return false;
  f[k] = 0;
  return true;
}

/** The last position of the block with a diagonal entry that is zero up to rounding, or −1. */
function nullPosition(d: Float64Array, low: number, high: number, zero: number): number {
  for (let k = high; k >= low; k--) {
    if (Math.abs(d[k]) <= zero) return k;
  }
  return -1;
}

/** With d[k] = 0: moves the coupling of row `k` out to the right by rotations with the rows
 * below. */
function clearRow(
  { diagonal: d, couplings: f, left }: Bidiagonal,
  m: number,
  k: number,
  high: number,
): void {
  d[k] = 0;
  const rotation = { c: 1, s: 0, r: 0 };
  let z = f[k];
  f[k] = 0;
  for (let j = k + 1; j <= high && z !== 0; j++) {
    setRotation(rotation, d[j], z);
    const { c, s } = rotation;
    d[j] = rotation.r;
    if (j < high) {
      z = -s * f[j];
      f[j] *= c;
    }
    rotateRows(left, m, j, k, c, s);
  }
}

/** With d[high] = 0: moves the coupling above it out to the top by rotations with the columns
 * before. */
function clearColumn(
  { diagonal: d, couplings: f, right }: Bidiagonal,
  n: number,
  low: number,
  high: number,
): void {
  d[high] = 0;
  const rotation = { c: 1, s: 0, r: 0 };
  let z = f[high - 1];
  f[high - 1] = 0;
  for (let j = high - 1; j >= low && z !== 0; j--) {
    setRotation(rotation, d[j], z);
    const { c, s } = rotation;
    d[j] = rotation.r;
    if (j > low) {
      z = -s * f[j - 1];
      f[j - 1] *= c;
    }
    rotateRows(right, n, j, high, c, s);
  }
}

/** One implicitly shifted QR step on rows low … high; the smallest value of the block converges at
 * `high`. */
function chase(
  { diagonal: d, couplings: f }: Bidiagonal,
  low: number,
  high: number,
  onRight: RotationChain,
  onLeft: RotationChain,
): void {
  onRight.count = onLeft.count = high - low;
  const shift = smallerSingularValue(d[high - 1], f[high - 1], d[high]);
  const ratio = shift / Math.abs(d[low]);
  // The unshifted step keeps small values to full relative accuracy; such a shift would not speed
  // it up.
  const used = ratio * ratio < Number.EPSILON ? 0 : shift;
  let x = (Math.abs(d[low]) - used) * (Math.sign(d[low]) + used / d[low]);
  const rotation = { c: 1, s: 0, r: 0 };
  let z = f[low];
  for (let k = low; k < high; k++) {
    setRotation(rotation, x, z);
    let { c, s } = rotation;
    if (k > low) f[k - 1] = rotation.r;
    x = c * d[k] + s * f[k];
    f[k] = c * f[k] - s * d[k];
    z = s * d[k + 1];
    d[k + 1] *= c;
    onRight.c[k - low] = c;
    onRight.s[k - low] = s;

    setRotation(rotation, x, z);
    ({ c, s } = rotation);
    d[k] = rotation.r;
    x = c * f[k] + s * d[k + 1];
    d[k + 1] = c * d[k + 1] - s * f[k];
    if (k + 1 < high) {
      z = s * f[k + 1];
      f[k + 1] *= c;
    }
    onLeft.c[k - low] = c;
    onLeft.s[k - low] = s;
  }
  f[high - 1] = x;
}

/** The smaller singular value of [[p, q], [0, r]]. */
function smallerSingularValue(p: number, q: number, r: number): number {
  const plus = Math.abs(p) + Math.abs(r);
  const minus = Math.abs(p) - Math.abs(r);
  const larger = (Math.sqrt(plus * plus + q * q) + Math.sqrt(minus * minus + q * q)) / 2;
  return larger === 0 ? 0 : (Math.abs(p) / larger) * Math.abs(r);
}

function rowsAsColumns(
  rows: Float64Array,
  length: number,
  order: readonly number[],
  who: string,
): DenseMatrix {
  const columns = order.length;
  const data = allocate(length * columns, who);
  order.forEach((row, column) => {
    for (let i = 0; i < length; i++) data[i * columns + column] = rows[row * length + i];
  });
  return { format: 'dense', rows: length, columns, data };
}

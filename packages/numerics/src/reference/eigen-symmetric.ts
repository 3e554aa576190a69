import type { DenseMatrix, Eigen, EigenOptions } from '@graft-ml/core';
import { allocate } from '../internal/allocate.js';
import {
  checkFinite,
  checkSquare,
  eigenOrder,
  notConverged,
  orientColumns,
} from '../internal/checks.js';
import { scaleToOne } from '../internal/scale.js';
import { rotateChain, rotationChain, setRotation, type RotationChain } from './rotate.js';
import { tridiagonalize } from './tridiagonal.js';

// Couplings below this are zero: the matrix has been scaled to a largest entry near 1.
const negligible = 1e-150;

/** Eigenpairs of a symmetric matrix: Householder reduction to tridiagonal form, then implicitly
 * shifted QR steps (golub2013, "Matrix Computations", 8.3), each from the large end of the diagonal
 * to the small one. */
export function eigenSymmetric(
  a: DenseMatrix,
  options: EigenOptions = {},
  who = 'eigenSymmetric',
): Eigen {
  checkSquare(a, who, 'a');
  checkFinite(a, who, true);
  const n = a.rows;
  const order = eigenOrder(n, options, who);
  const work = allocate(n * n, who);
  for (let i = 0; i < n; i++) work.set(a.data.subarray(i * n, i * n + i + 1), i * n);
  const scale = scaleToOne(work);
  for (let p = 0; p < work.length; p++) work[p] *= scale;
  const { diagonal, couplings, basis } = tridiagonalize(work, n, who);
  diagonalize(diagonal, couplings, basis, n, who);

  const ascending = Array.from(diagonal.keys()).sort((i, j) => diagonal[i] - diagonal[j]);
  const values = new Float64Array(order.length);
  const data = allocate(n * order.length, who);
  order.forEach((position, column) => {
    const row = ascending[position];
    values[column] = diagonal[row] / scale;
    for (let i = 0; i < n; i++) data[i * order.length + column] = basis[row * n + i];
  });
  const vectors: DenseMatrix = { format: 'dense', rows: n, columns: order.length, data };
  orientColumns(vectors);
  return { values, vectors };
}

/** Makes the tridiagonal matrix diagonal by rotations and applies each to two rows of `basis`. */
function diagonalize(
  diagonal: Float64Array,
  couplings: Float64Array,
  basis: Float64Array,
  n: number,
  who: string,
): void {
  const rotations = rotationChain(n);
  let steps = 0;
  let high = n - 1;
  while (high > 0) {
    let low = high;
    while (low > 0 && !isNegligible(diagonal, couplings, low - 1)) low--;
    if (low === high) {
      high--;
      continue;
    }
    if (++steps > 60 * n) throw notConverged(steps, who);
    const downward = Math.abs(diagonal[low]) >= Math.abs(diagonal[high]);
    const first = downward ? low : high;
    chase(diagonal, couplings, first, downward ? high : low, rotations);
    rotateChain(basis, n, first, downward ? 1 : -1, rotations);
  }
}

function isNegligible(diagonal: Float64Array, couplings: Float64Array, k: number): boolean {
  const size = Math.abs(couplings[k]);
  const neighbours = Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1]);
  return size <= Number.EPSILON * neighbours || size < negligible;
}

/** One implicitly shifted step on the block between `from` and `to`, in that direction; the value
 * at `to` converges. */
function chase(
  d: Float64Array,
  e: Float64Array,
  from: number,
  to: number,
  rotations: RotationChain,
): void {
  const step = from < to ? 1 : -1;
  const link = step > 0 ? 0 : -1; // e[k + link] couples k and k + step
  // Wilkinson's shift: the eigenvalue of the last 2 × 2 block nearer to its last entry.
  const half = (d[to - step] - d[to]) / 2;
  const last = e[to - step + link];
  const root = Math.sqrt(half * half + last * last);
  const shift = d[to] - (last * last) / (half + (half < 0 ? -root : root));
  let x = d[from] - shift;
  let z = e[from + link];
  rotations.count = 0;
  const rotation = { c: 1, s: 0, r: 0 };
  for (let k = from; k !== to; k += step) {
    setRotation(rotation, x, z);
    const { c, s } = rotation;
    if (k !== from) e[k - step + link] = rotation.r;
    const b = e[k + link];
    const next = k + step;
    const change = (d[next] - d[k]) * s + 2 * c * b;
    d[k] += s * change;
    d[next] -= s * change;
    x = c * change - b;
    e[k + link] = x;
    if (next !== to) {
      z = s * e[next + link];
      e[next + link] *= c;
    }
    rotations.c[rotations.count] = c;
    rotations.s[rotations.count++] = s;
  }
}

import type { LinearAlgebra } from '@graft-ml/core';
import { denseMatrix } from '@graft-ml/core';
import type { PackedKernel } from './packed-kernel.js';

/** Columns of the partial factor that preconditions: all of them for small problems, so that these are solved directly. */
const maxRank = 512;

/** How many columns tell whether K has low rank. */
const fewColumns = 48;

/** Products with K after which a step is taken as it is. */
const maxProducts = 300;

/** Added to the diagonal of each step's system, as a share of the bound on K: directions flatter than rounding take shorter
 * steps. The gradient is that of K itself, so the minimum stays where it is. */
const proximity = 1e-12;

/** A kernel matrix as a few columns and what they leave on the diagonal. */
export interface PartialFactor {
  /** Column-major [rank, n]: K ≈ Σ columns·columnsᵀ + diag(rest). */
  readonly columns: readonly Float64Array[];
  readonly rest: Float64Array;
  /** Whether the columns hold most of the trace of K. */
  readonly lowRank: boolean;
}

/** Cholesky with pivoting (harbrecht2012), cut at 512 columns or where the largest pivot vanishes beside the first.
 *
 * Where the first few columns leave a fifth of the trace, K has no low rank to speak of and more columns would not help.
 */
export function partialFactor(kernel: PackedKernel): PartialFactor {
  const n = kernel.rows;
  const rank = Math.min(n, maxRank);
  const rest = kernel.diagonal();
  const columns: Float64Array[] = [];
  const first = rest.reduce((most, value) => Math.max(most, value), 0);
  let lowRank = true;
  while (columns.length < rank && lowRank) {
    let pivot = 0;
    for (let i = 1; i < n; i++) if (rest[i] > rest[pivot]) pivot = i;
    if (!(rest[pivot] > 1e-13 * first)) break;
    const root = Math.sqrt(rest[pivot]);
    const column = kernel.column(pivot);
    for (const earlier of columns) {
      const factor = earlier[pivot];
      for (let i = 0; i < n; i++) column[i] -= factor * earlier[i];
    }
    for (let i = 0; i < n; i++) {
      column[i] /= root;
      rest[i] = Math.max(0, rest[i] - column[i] * column[i]);
    }
    rest[pivot] = 0;
    columns.push(column);
    if (columns.length === fewColumns) lowRank = rest.reduce((a, b) => a + b, 0) < 0.2 * n * first;
  }
  return { columns, rest, lowRank };
}

/** A solver for (K + diagonal)·step = right that also gives K·step and counts products.
 *
 * Conjugate gradients, preconditioned with the same matrix with the partial factor in place of K. They stop at a hundredth
 * of the residual they began with, or at `enough` where that is smaller; a residual weighs less where the diagonal is large.
 */
export function preconditioned(
  kernel: PackedKernel,
  { columns, rest }: PartialFactor,
  linearAlgebra: LinearAlgebra,
  diagonal: Float64Array,
) {
  const n = kernel.rows;
  const rank = columns.length;
  const root = new Float64Array(n);
  const floor = proximity * kernel.bound;
  for (let i = 0; i < n; i++) root[i] = 1 / Math.sqrt(rest[i] + diagonal[i] + floor);
  const tall = denseMatrix(n, rank);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < rank; c++) tall.data[i * rank + c] = columns[c][i] * root[i];
  }
  const inner = linearAlgebra.crossProduct(tall);
  for (let c = 0; c < rank; c++) inner.data[c * rank + c] += 1;
  const lower = linearAlgebra.cholesky(inner);
  const short = denseMatrix(rank, 1);
  const precondition = (r: Float64Array, out: Float64Array) => {
    short.data.fill(0);
    for (let i = 0; i < n; i++) {
      const value = r[i] * root[i];
      for (let c = 0, t = i * rank; c < rank; c++, t++) short.data[c] += tall.data[t] * value;
    }
    const half = linearAlgebra.solveTriangular(lower, short);
    const { data } = linearAlgebra.solveTriangular(lower, half, { transpose: true });
    for (let i = 0; i < n; i++) {
      let value = 0;
      for (let c = 0, t = i * rank; c < rank; c++, t++) value += tall.data[t] * data[c];
      out[i] = root[i] * (root[i] * r[i] - value);
    }
  };
  const residual = new Float64Array(n);
  const conditioned = new Float64Array(n);
  const search = new Float64Array(n);
  const product = new Float64Array(n);

  return (right: Float64Array, step: Float64Array, kernelStep: Float64Array, enough: number) => {
    residual.set(right);
    step.fill(0);
    kernelStep.fill(0);
    precondition(residual, conditioned);
    search.set(conditioned);
    let squared = dot(residual, conditioned);
    const target = Math.min(enough, 0.01 * scaledResidual(residual, diagonal));
    let products = 0;
    while (products < maxProducts && scaledResidual(residual, diagonal) > target) {
      kernel.multiply(search, product);
      products++;
      let curvature = 0;
      for (let i = 0; i < n; i++)
        curvature += search[i] * (product[i] + (diagonal[i] + floor) * search[i]);
      if (!(curvature > 0)) break;
      const length = squared / curvature;
      for (let i = 0; i < n; i++) {
        step[i] += length * search[i];
        kernelStep[i] += length * product[i];
        residual[i] -= length * (product[i] + (diagonal[i] + floor) * search[i]);
      }
      precondition(residual, conditioned);
      const before = squared;
      squared = dot(residual, conditioned);
      const ratio = squared / before;
      for (let i = 0; i < n; i++) search[i] = conditioned[i] + ratio * search[i];
    }
    return products;
  };
}

function scaledResidual(residual: Float64Array, diagonal: Float64Array): number {
  let most = 0;
  for (let i = 0; i < residual.length; i++) {
    most = Math.max(most, Math.abs(residual[i]) / (1 + diagonal[i]));
  }
  return most;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

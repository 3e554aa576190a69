import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  toDense,
} from '@graft-ml/core';
import { columnMeans } from '@graft-ml/numerics';
import { centred } from './centred.js';
import { identity, plus } from './matrix-sums.js';
import type { DomainRows } from './moments.js';
import { leadingColumns, scaleColumns } from './representation.js';

/** A = I + basis·core·basisᵀ. */
export interface LowRankMap {
  /** [nFeatures, r]. */
  readonly basis: DenseMatrix;
  /** [r, r]. */
  readonly core: DenseMatrix;
}

/** Covariance U·diag(s)·Uᵀ of fewer rows than features. */
export interface LowRankCovariance {
  /** U [nFeatures, rank]. */
  readonly vectors: DenseMatrix;
  /** s [rank], descending. */
  readonly values: Float64Array;
}

/** Eigenpairs of the covariance, divided by n − 1 or W − Σw²/W, from the inner products of the centred rows; sparse rows stay sparse. */
export function lowRankCovariance(
  linearAlgebra: LinearAlgebra,
  { x, weights }: DomainRows,
): LowRankCovariance {
  const n = x.rows;
  const mean = columnMeans(x, weights ? { weights } : {});
  const scale = rowScales(n, weights);
  const products = centredProducts(linearAlgebra, x, mean);
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) products.data[p] *= scale[i] * scale[j];
  }
  const { values, vectors } = linearAlgebra.eigenSymmetric(products);
  const least = values[0] * Math.max(n, x.columns) * Number.EPSILON;
  let rank = 0;
  while (rank < n && values[rank] > least) rank++;
  const inverse = values.slice(0, rank).map((value) => 1 / Math.sqrt(value));
  const dual = scaleColumns(leadingColumns(vectors, rank), inverse);
  const sums = new Float64Array(rank);
  for (let i = 0, p = 0; i < n; i++) {
    for (let k = 0; k < rank; k++, p++) sums[k] += dual.data[p] *= scale[i];
  }
  const spanned = linearAlgebra.multiply(x, dual, { transposeA: true });
  for (let j = 0, p = 0; j < x.columns; j++) {
    for (let k = 0; k < rank; k++, p++) spanned.data[p] -= mean[j] * sums[k];
  }
  return { vectors: spanned, values: values.slice(0, rank) };
}

/** (Cs + λI)^(−1/2)·(Ct + λI)^(1/2) for λ > 0, by roots on the spans and multiples of I off them. */
export function lowRankAlignment(
  linearAlgebra: LinearAlgebra,
  source: LowRankCovariance,
  target: LowRankCovariance,
  lambda: number,
): LowRankMap {
  const root = Math.sqrt(lambda);
  const whiten = source.values.map((value) => 1 / Math.sqrt(lambda + value) - 1 / root);
  const colour = target.values.map((value) => Math.sqrt(lambda + value) - root);
  const between = linearAlgebra.multiply(source.vectors, target.vectors, { transposeA: true });
  const [a, b] = [whiten.length, colour.length];
  const r = a + b;
  const core = denseMatrix(r, r);
  for (let i = 0; i < a; i++) {
    core.data[i * r + i] = root * whiten[i];
    for (let j = 0; j < b; j++)
      core.data[i * r + a + j] = whiten[i] * between.data[i * b + j] * colour[j];
  }
  for (let j = 0; j < b; j++) core.data[(a + j) * r + a + j] = colour[j] / root;
  return { basis: sideBySide(source.vectors, target.vectors), core };
}

/** x·A = x + ((x·basis)·core)·basisᵀ. */
export function applyLowRank(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { basis, core }: LowRankMap,
): DenseMatrix {
  const seen = linearAlgebra.multiply(linearAlgebra.multiply(x, basis), core);
  return plus(toDense(x), linearAlgebra.multiply(seen, basis, { transposeB: true }));
}

/** A itself [nFeatures, nFeatures]. */
export function fullMap(linearAlgebra: LinearAlgebra, map: LowRankMap): DenseMatrix {
  return applyLowRank(linearAlgebra, identity(map.basis.rows), map);
}

/** √(w / (W − Σw²/W)), 1/√(n − 1) without weights; zeros of a single row, whose covariance is none. */
function rowScales(n: number, weights: Float64Array | undefined): Float64Array {
  const each = weights ?? new Float64Array(n).fill(1);
  const total = each.reduce((sum, weight) => sum + weight, 0);
  const squares = each.reduce((sum, weight) => sum + weight * weight, 0);
  const divisor = total - squares / total;
  return each.map((weight) => Math.sqrt(weight / divisor));
}

/** (xᵢ − m)·(xⱼ − m) [rows, rows]. */
function centredProducts(linearAlgebra: LinearAlgebra, x: Matrix, mean: Float64Array): DenseMatrix {
  if (x.format === 'dense') {
    const rows = centred(x, mean);
    return linearAlgebra.multiply(rows, rows, { transposeB: true });
  }
  const products = linearAlgebra.kernelMatrix({ type: 'linear' }, x, x);
  const along = linearAlgebra.multiply(x, denseMatrix(mean.length, 1, mean)).data;
  const own = mean.reduce((sum, value) => sum + value * value, 0);
  for (let i = 0, p = 0; i < x.rows; i++) {
    for (let j = 0; j < x.rows; j++, p++) products.data[p] += own - along[i] - along[j];
  }
  return products;
}

function sideBySide(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const joined = denseMatrix(a.rows, a.columns + b.columns);
  for (let i = 0; i < a.rows; i++) {
    joined.data.set(a.data.subarray(i * a.columns, (i + 1) * a.columns), i * joined.columns);
    const right = b.data.subarray(i * b.columns, (i + 1) * b.columns);
    joined.data.set(right, i * joined.columns + a.columns);
  }
  return joined;
}

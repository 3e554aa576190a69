import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  toDense,
} from '@graft-ml/core';
import { columnMeans } from '@graft-ml/numerics';
import { centred } from './centred.js';
import { identity } from './matrix-sums.js';
import type { DomainRows } from './moments.js';
import { leadingColumns, scaleColumns } from './representation.js';

/** A = (λ^(−1/2)·I + Us·diag(whiten)·Usᵀ)·(λ^(1/2)·I + Ut·diag(colour)·Utᵀ), never multiplied out. */
export interface LowRankMap {
  /** Us [nFeatures, rank of the source]. */
  readonly source: DenseMatrix;
  /** Ut [nFeatures, rank of the target]. */
  readonly target: DenseMatrix;
  /** Usᵀ·Ut. */
  readonly between: DenseMatrix;
  /** (λ + s)^(−1/2) − λ^(−1/2) for the source's eigenvalues s. */
  readonly whiten: Float64Array;
  /** (λ + s)^(1/2) − λ^(1/2) for the target's. */
  readonly colour: Float64Array;
  /** λ^(1/2). */
  readonly root: number;
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
  return { source: source.vectors, target: target.vectors, between, whiten, colour, root };
}

/** x·A = x + (x·Us)·diag(root·whiten)·Usᵀ + ((x·Us)·diag(whiten)·Usᵀ·Ut + x·Ut/root)·diag(colour)·Utᵀ. */
export function applyLowRank(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { source, target, between, whiten, colour, root }: LowRankMap,
): DenseMatrix {
  const seen = scaleColumns(linearAlgebra.multiply(x, source), whiten);
  const along = linearAlgebra.multiply(x, target);
  const turned = linearAlgebra.multiply(seen, between);
  for (let p = 0; p < turned.data.length; p++) turned.data[p] += along.data[p] / root;
  const result = linearAlgebra.multiply(scaleColumns(turned, colour), target, { transposeB: true });
  const kept = linearAlgebra.multiply(seen, source, { transposeB: true });
  const { data } = toDense(x);
  for (let p = 0; p < data.length; p++) result.data[p] += data[p] + root * kept.data[p];
  return result;
}

/** A itself [nFeatures, nFeatures]. */
export function fullMap(linearAlgebra: LinearAlgebra, map: LowRankMap): DenseMatrix {
  return applyLowRank(linearAlgebra, identity(map.source.rows), map);
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

import {
  checkRows,
  denseMatrix,
  toDense,
  TransferError,
  type DenseMatrix,
  type Kernel,
  type LinearAlgebra,
  type Matrix,
  type MatrixInput,
  type StateArray,
  type StateReader,
} from '@graft-ml/core';
import { centreKernel, columnMeans, medianHeuristicGamma } from '@graft-ml/numerics';
import type { View } from './canonical-pairs.js';
import { firstColumns } from './first-columns.js';
import { emptyPairs } from './paired-rows.js';

export type KernelName = 'rbf' | 'cosine' | 'linear';

/** The kernel a state names. Errors: `INVALID_ARTEFACT` for one that is not known. */
export function readKernelName(reader: StateReader, who: string): KernelName {
  const name = reader.value('kernel');
  if (name === 'rbf' || name === 'cosine' || name === 'linear') return name;
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: `cannot be read back: the kernel ${JSON.stringify(name)} is not known.`,
    details: { received: name },
  });
}

/** Paired rows of a domain in the principal axes of their centred kernel matrix. */
export interface KernelView extends View {
  readonly rows: DenseMatrix;
  /** γ; 0 where the kernel has none. */
  readonly gamma: number;
  /** Kernel matrix of `rows`, not centred. */
  readonly similarity: DenseMatrix;
}

/** Scores of new rows are kernel(x, rows)·weights − shift. */
export interface KernelProjection {
  readonly rows: DenseMatrix;
  readonly gamma: number;
  readonly weights: DenseMatrix;
  readonly shift: Float64Array;
}

export interface KernelViewOptions {
  readonly kernel: KernelName;
  readonly gamma: number | 'median';
  /** κ / n. */
  readonly regularization: number;
}

/** Errors: `INVALID_DATA` where the rows are all alike to the kernel. */
export function kernelView(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  options: KernelViewOptions,
): KernelView {
  const rows = toDense(x);
  const gamma = options.kernel === 'rbf' ? widthOf(linearAlgebra, rows, options.gamma) : 0;
  const similarity = linearAlgebra.kernelMatrix(kernelOf(options.kernel, gamma), rows, rows);
  const { values, vectors } = linearAlgebra.eigenSymmetric(centreKernel(similarity));
  const largest = similarity.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const negligible = Number.EPSILON * rows.rows ** 2 * largest;
  const rank = values.filter((value) => value > negligible).length;
  if (rank === 0) throw emptyPairs('KernelCca', 'the paired rows of a domain are all alike');
  return {
    rows,
    gamma,
    similarity,
    axes: firstColumns(vectors, rank),
    spread: values.subarray(0, rank).map((value) => Math.sqrt(value / rows.rows)),
    ridgeRoot: Math.sqrt(options.regularization),
  };
}

/** Weights of the paired rows: axes over √n·spread, times `directions`. Centring the columns of the weights centres the kernel values of new rows. */
export function kernelProjection(
  linearAlgebra: LinearAlgebra,
  { rows, gamma, similarity, axes, spread }: KernelView,
  directions: DenseMatrix,
): KernelProjection {
  const root = Math.sqrt(rows.rows);
  const scaled = axes.data.map((value, p) => value / (root * spread[p % axes.columns]));
  const weights = linearAlgebra.multiply(denseMatrix(axes.rows, axes.columns, scaled), directions);
  const means = columnMeans(weights);
  for (let p = 0; p < weights.data.length; p++) weights.data[p] -= means[p % means.length];
  const level = columnMeans(similarity);
  const shift = linearAlgebra.multiply(denseMatrix(1, level.length, level), weights).data;
  return { rows, gamma, weights, shift };
}

/** Scores of new rows [n, nComponents]. */
export function projectByKernel(
  linearAlgebra: LinearAlgebra,
  who: string,
  x: MatrixInput,
  kernel: KernelName,
  { rows, gamma, weights, shift }: KernelProjection,
): DenseMatrix {
  const given = checkRows(who, x, rows.columns);
  const similarity = linearAlgebra.kernelMatrix(kernelOf(kernel, gamma), given, rows);
  const scores = linearAlgebra.multiply(similarity, weights);
  const { data, columns } = scores;
  for (let p = 0; p < data.length; p++) data[p] -= shift[p % columns];
  return scores;
}

/** The arrays of a projection, under names that begin with `domain`; its γ is kept beside them. */
export function kernelProjectionArrays(
  domain: string,
  { rows, weights, shift }: KernelProjection,
): Record<string, StateArray> {
  return {
    [`${domain} pairs`]: { shape: [rows.rows, rows.columns], data: rows.data },
    [`${domain} weights`]: { shape: [weights.rows, weights.columns], data: weights.data },
    [`${domain} shift`]: { shape: [shift.length], data: shift },
  };
}

/** Reads what {@link kernelProjectionArrays} wrote, and the value `<domain> gamma`. */
export function readKernelProjection(
  reader: StateReader,
  domain: string,
  nComponents: number,
): KernelProjection {
  const rows = reader.matrix(`${domain} pairs`);
  return {
    rows,
    gamma: reader.number(`${domain} gamma`),
    weights: reader.matrix(`${domain} weights`, rows.rows, nComponents),
    shift: reader.array(`${domain} shift`, nComponents),
  };
}

function widthOf(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  given: number | 'median',
): number {
  return given === 'median' ? medianHeuristicGamma(linearAlgebra, rows) : given;
}

function kernelOf(name: KernelName, gamma: number): Kernel {
  return name === 'rbf' ? { type: name, gamma } : { type: name };
}

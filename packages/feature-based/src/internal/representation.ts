import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type Matrix,
  selectRows,
  toDense,
} from '@graft-ml/core';
import { medianHeuristicGamma, randomSource } from '@graft-ml/numerics';

/** How rows are seen: as they are, through all their inner products, or through a Gaussian kernel. */
export type KernelName = 'primal' | 'linear' | 'rbf';

/** The coordinates in which components are sought, and the way back to what applies to new rows. */
export interface Representation {
  /** The training rows in those coordinates [n, r]. */
  readonly rows: DenseMatrix;
  /** Rows that new ones are compared with; absent where the components apply to the rows themselves. */
  readonly landmarks?: DenseMatrix;
  readonly gamma?: number;
  /** Components [r, k] in the coordinates → [nFeatures or nLandmarks, k] for new rows. */
  expand(components: DenseMatrix): DenseMatrix;
}

export interface RepresentationOptions {
  readonly kernel: KernelName;
  readonly gamma: number | 'median';
  readonly maxLandmarks: number;
  readonly seed: number;
}

/** Chooses the smallest coordinates that give the same components as the formula on `x` [n, nFeatures].
 *
 * primal  components are combinations of features: the rows themselves, or, where n < nFeatures, in a basis V of their
 *         row space (a component outside it has no scatter)
 * linear  components are combinations Xᵀ·a of rows with λ‖a‖² as penalty: with X = P·σ·Vᵀ and a = P·z the kernel rows
 *         X·Xᵀ·a become (X·V·σ)·z, so coordinates of size rank(X) do, never n × n
 * rbf     the kernel matrix with all rows, or with `maxLandmarks` rows drawn at random (Nyström) where there are more
 */
export function represent(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  options: RepresentationOptions,
): Representation {
  const { kernel } = options;
  if (kernel === 'rbf') {
    const { landmarks, gamma } = chooseLandmarks(linearAlgebra, x, options);
    const rows = linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, x, landmarks);
    return { rows, landmarks, gamma, expand: (components) => components };
  }
  if (kernel === 'primal') return featureCoordinates(linearAlgebra, x);
  const { vectors, lengths } = rowSpace(linearAlgebra, x);
  return mapped(linearAlgebra, x, scaleColumns(vectors, lengths));
}

/** All rows, or `maxLandmarks` of them drawn at random where there are more, with the width of the Gaussian kernel. */
export function chooseLandmarks(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { gamma, maxLandmarks, seed }: Omit<RepresentationOptions, 'kernel'>,
): {
  readonly landmarks: DenseMatrix;
  /** Which rows of `x` they are, ascending; absent where they are all. */
  readonly chosen?: Int32Array | undefined;
  readonly gamma: number;
} {
  const chosen =
    x.rows > maxLandmarks
      ? randomSource(seed).stream('landmarks').sample(x.rows, maxLandmarks).sort()
      : undefined;
  const landmarks = toDense(chosen ? selectRows(x, chosen) : x);
  const width =
    gamma === 'median' ? medianHeuristicGamma(linearAlgebra, landmarks, { seed }) : gamma;
  return { landmarks, chosen, gamma: width };
}

/** The rows themselves, or, where n < nFeatures, in an orthonormal basis of their row space. */
export function featureCoordinates(linearAlgebra: LinearAlgebra, x: Matrix): Representation {
  if (x.rows >= x.columns) return { rows: toDense(x), expand: (components) => components };
  return mapped(linearAlgebra, x, rowSpace(linearAlgebra, x).vectors);
}

function mapped(linearAlgebra: LinearAlgebra, x: Matrix, map: DenseMatrix): Representation {
  return {
    rows: linearAlgebra.multiply(x, map),
    expand: (components) => linearAlgebra.multiply(map, components),
  };
}

/** Orthonormal basis [nFeatures, rank] of the row space of `x` with the singular values, from the smaller of xᵀx and x·xᵀ. */
function rowSpace(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
): { readonly vectors: DenseMatrix; readonly lengths: Float64Array } {
  const tall = x.rows >= x.columns;
  const gram = tall
    ? linearAlgebra.crossProduct(x)
    : linearAlgebra.kernelMatrix({ type: 'linear' }, x, x);
  const { values, vectors } = linearAlgebra.eigenSymmetric(gram);
  const least = values[0] * Math.max(x.rows, x.columns) * Number.EPSILON;
  let rank = 0;
  while (rank < values.length && values[rank] > least) rank++;
  const lengths = Float64Array.from(values.subarray(0, rank), Math.sqrt);
  const kept = leadingColumns(vectors, rank);
  if (tall) return { vectors: kept, lengths };
  const inverse = lengths.map((length) => 1 / length);
  const spanned = linearAlgebra.multiply(x, scaleColumns(kept, inverse), { transposeA: true });
  return { vectors: orientColumns(spanned), lengths };
}

/** The first `count` columns of `a`. */
export function leadingColumns(a: DenseMatrix, count: number): DenseMatrix {
  if (count === a.columns) return a;
  const data = new Float64Array(a.rows * count);
  for (let i = 0; i < a.rows; i++) {
    data.set(a.data.subarray(i * a.columns, i * a.columns + count), i * count);
  }
  return denseMatrix(a.rows, count, data);
}

/** `a` with column `j` times `factors[j]`. */
export function scaleColumns(a: DenseMatrix, factors: Float64Array): DenseMatrix {
  const { rows, columns } = a;
  const data = new Float64Array(a.data.length);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) data[p] = a.data[p] * factors[j];
  }
  return denseMatrix(rows, columns, data);
}

/** `a` with columns turned so that the entry of largest magnitude is positive (the first of them on a tie). */
export function orientColumns(a: DenseMatrix): DenseMatrix {
  const { rows, columns, data } = a;
  const largest = new Float64Array(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      if (Math.abs(data[p]) > Math.abs(largest[j])) largest[j] = data[p];
    }
  }
  return scaleColumns(
    a,
    largest.map((value) => (value < 0 ? -1 : 1)),
  );
}

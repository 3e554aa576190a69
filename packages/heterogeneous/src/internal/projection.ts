import {
  checkRows,
  denseMatrix,
  type DenseMatrix,
  type LinearAlgebra,
  type MatrixInput,
  type StateArray,
  type StateReader,
} from '@graft-ml/core';

/** x ↦ (x − mean)·weights. */
export interface Projection {
  readonly mean: Float64Array;
  /** [nFeatures, nComponents]. */
  readonly weights: DenseMatrix;
}

/** Projects rows, which may be sparse, into a new dense matrix. */
export function project(
  linearAlgebra: LinearAlgebra,
  who: string,
  x: MatrixInput,
  { mean, weights }: Projection,
): DenseMatrix {
  const scores = linearAlgebra.multiply(checkRows(who, x, weights.rows), weights);
  const shift = linearAlgebra.multiply(denseMatrix(1, mean.length, mean), weights).data;
  const { data, columns } = scores;
  for (let p = 0; p < data.length; p++) data[p] -= shift[p % columns];
  return scores;
}

/** The arrays of a projection, under names that begin with `domain`. */
export function projectionArrays(
  domain: string,
  { mean, weights }: Projection,
): Record<string, StateArray> {
  return {
    [`${domain} mean`]: { shape: [mean.length], data: mean },
    [`${domain} weights`]: { shape: [weights.rows, weights.columns], data: weights.data },
  };
}

/** Reads what {@link projectionArrays} wrote. */
export function readProjection(
  reader: StateReader,
  domain: string,
  nComponents: number,
): Projection {
  const weights = reader.matrix(`${domain} weights`, -1, nComponents);
  return { weights, mean: reader.array(`${domain} mean`, weights.rows) };
}

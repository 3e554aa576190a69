import type { DenseMatrix, LinearAlgebra } from '@graft-ml/core';

/** Entropic potentials, and what squared distances are divided by, both in units of the entropy. */
export interface SoftmaxWeights {
  readonly potentials: Float64Array;
  readonly scale: number;
}

/** Σⱼ pⱼ(x)·valuesⱼ with p(x) = softmaxⱼ(potentialⱼ − ‖x − centreⱼ‖² / scale) [x.rows, values.columns]. */
export function softmaxMean(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  centres: DenseMatrix,
  values: DenseMatrix,
  { potentials, scale }: SoftmaxWeights,
): DenseMatrix {
  const shares = linearAlgebra.squaredDistances(x, centres);
  const { columns, data } = shares;
  const { exp } = Math;
  for (let i = 0; i < shares.rows; i++) {
    let largest = -Infinity;
    for (let j = 0, p = i * columns; j < columns; j++, p++) {
      data[p] = potentials[j] - data[p] / scale;
      if (data[p] > largest) largest = data[p];
    }
    let sum = 0;
    for (let p = i * columns; p < (i + 1) * columns; p++) sum += data[p] = exp(data[p] - largest);
    for (let p = i * columns; p < (i + 1) * columns; p++) data[p] /= sum;
  }
  return linearAlgebra.multiply(shares, values);
}

/** Potentials in units of the cost, and the scale of the cost, as weights of means. */
export function softmaxWeights(
  potentials: Float64Array,
  regularization: number,
  scale: number,
): SoftmaxWeights {
  return {
    potentials: potentials.map((value) => value / regularization),
    scale: scale * regularization,
  };
}

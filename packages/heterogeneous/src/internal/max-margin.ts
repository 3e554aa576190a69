import { denseMatrix, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import type { Objective } from '@graft-ml/numerics';
import { pullTo } from './domain-transform.js';

/** +1 in the column of a row's class, −1 elsewhere [rows, nClasses]. */
export function classSigns(y: Float64Array, nClasses: number): DenseMatrix {
  const signs = denseMatrix(y.length, nClasses, new Float64Array(y.length * nClasses).fill(-1));
  y.forEach((label, i) => (signs.data[i * nClasses + label] = 1));
  return signs;
}

/** Rows with a last column of ones. */
export function withOnes({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const wide = denseMatrix(rows, columns + 1, new Float64Array(rows * (columns + 1)).fill(1));
  for (let i = 0; i < rows; i++) {
    wide.data.set(data.subarray(i * columns, (i + 1) * columns), i * (columns + 1));
  }
  return wide;
}

/** ½·‖θ‖²_F + Σᵢ Cᵢ·Σ_c max(0, 1 − t_ic·θ_c·xᵢ)² in θ [nClasses, columns of x]. */
export function hyperplaneObjective(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  signs: DenseMatrix,
  costs: Float64Array,
): Objective {
  const zero = new Float64Array(signs.columns * x.columns);
  return (theta, gradient) => {
    const planes = denseMatrix(signs.columns, x.columns, theta);
    const scores = linearAlgebra.multiply(x, planes, { transposeB: true });
    let value = 0;
    for (let p = 0; p < scores.data.length; p++) {
      const cost = costs[Math.floor(p / signs.columns)];
      const slack = Math.max(0, 1 - signs.data[p] * scores.data[p]);
      value += cost * slack * slack;
      scores.data[p] = -2 * cost * signs.data[p] * slack;
    }
    gradient.set(linearAlgebra.multiply(scores, x, { transposeA: true }).data);
    return value + pullTo(zero, theta, gradient, 1);
  };
}

/** λ/2·‖A − A₀‖²_F + ½·Σⱼ Σ_c max(0, 1 − t_jc·θ_c·A·xⱼ)² in A [columns of θ, columns of x]. */
export function transformObjective(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  signs: DenseMatrix,
  planes: DenseMatrix,
  { prior, regularization }: { readonly prior: Float64Array; readonly regularization: number },
): Objective {
  return (a, gradient) => {
    const transform = denseMatrix(planes.columns, x.columns, a);
    const moved = linearAlgebra.multiply(x, transform, { transposeB: true });
    const scores = linearAlgebra.multiply(moved, planes, { transposeB: true });
    let value = 0;
    for (let p = 0; p < scores.data.length; p++) {
      const slack = Math.max(0, 1 - signs.data[p] * scores.data[p]);
      value += (slack * slack) / 2;
      scores.data[p] = -signs.data[p] * slack;
    }
    const pull = linearAlgebra.multiply(scores, planes);
    gradient.set(linearAlgebra.multiply(pull, x, { transposeA: true }).data);
    return value + pullTo(prior, a, gradient, regularization);
  };
}

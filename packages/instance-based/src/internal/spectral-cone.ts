import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** A positive definite slack S with its positive definite multiplier Y. */
export interface Side {
  readonly slack: DenseMatrix;
  readonly y: DenseMatrix;
  /** S⁻¹. */
  readonly inverse: DenseMatrix;
  /** The least eigenvalue of S. */
  readonly least: number;
  /** The largest step with S + step·dS ⪰ 0. */
  roomForSlack(linearAlgebra: LinearAlgebra, change: DenseMatrix): number;
  /** The largest step with Y + step·dY ⪰ 0. */
  roomForMultiplier(linearAlgebra: LinearAlgebra, change: DenseMatrix): number;
}

/** Errors: `NUMERICAL` where S or Y is not positive definite. */
export function sideOf(linearAlgebra: LinearAlgebra, slack: DenseMatrix, y: DenseMatrix): Side {
  const d = slack.rows;
  const factor = linearAlgebra.cholesky(slack);
  const factorY = linearAlgebra.cholesky(y);
  const identity = denseMatrix(d, d);
  for (let j = 0; j < d; j++) identity.data[j * d + j] = 1;
  const half = linearAlgebra.solveTriangular(factor, identity);
  const room = (lower: DenseMatrix, along: LinearAlgebra, change: DenseMatrix): number => {
    // The step ends where the least eigenvalue of L⁻¹·(L·Lᵀ + step·change)·L⁻ᵀ is 0.
    const left = along.solveTriangular(lower, change);
    const both = along.solveTriangular(lower, transposeOf(left));
    const [least] = along.eigenSymmetric(both, { count: 1, which: 'smallest' }).values;
    return least < 0 ? -1 / least : Infinity;
  };
  return {
    slack,
    y,
    inverse: linearAlgebra.crossProduct(half),
    least: linearAlgebra.eigenSymmetric(slack, { count: 1, which: 'smallest' }).values[0],
    roomForSlack: (along, change) => room(factor, along, change),
    roomForMultiplier: (along, change) => room(factorY, along, change),
  };
}

/** xᵢᵀ·U·xᵢ for each row. */
export function formsOf(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  u: DenseMatrix,
): Float64Array {
  const { rows, columns, data } = x;
  const product = linearAlgebra.multiply(x, u).data;
  const forms = new Float64Array(rows);
  for (let i = 0, p = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, p++) forms[i] += product[p] * data[p];
  return forms;
}

/** tr(A·B) of symmetric matrices. */
export function traceOfProduct(a: DenseMatrix, b: DenseMatrix): number {
  let total = 0;
  for (let p = 0; p < a.data.length; p++) total += a.data[p] * b.data[p];
  return total;
}

/** α·A + β·B. */
export function combine(alpha: number, a: DenseMatrix, beta: number, b: DenseMatrix): DenseMatrix {
  return denseMatrix(
    a.rows,
    a.columns,
    a.data.map((value, p) => alpha * value + beta * b.data[p]),
  );
}

function transposeOf({ rows, data }: DenseMatrix): DenseMatrix {
  return denseMatrix(
    rows,
    rows,
    data.map((_, p) => data[(p % rows) * rows + Math.floor(p / rows)]),
  );
}

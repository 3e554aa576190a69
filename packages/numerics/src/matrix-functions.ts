import { denseMatrix, TransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';

export interface SymmetricPowerOptions {
  /** Eigenvalues up to this fraction of the largest count as zero. Default n·ε, what rounding alone
   * leaves. */
  readonly floor?: number;
  /** What a negative power does with the null space: `'error'` (default) refuses a singular matrix,
   * `'zero'` leaves the null space out, which gives the power of the pseudo-inverse. */
  readonly nullSpace?: 'error' | 'zero';
}

/** `a^exponent` for a symmetric positive semidefinite `a` [n, n]: V·diag(wᵖ)·Vᵀ, exactly symmetric.
 *
 * Exponent 1/2 is the square root, −1/2 the whitening root. Errors: `NUMERICAL` with
 * `details.eigenvalue` when `a` has an eigenvalue below −floor · largest (not positive
 * semidefinite), or is singular where a negative power needs an inverse.
 */
export function symmetricPower(
  linalg: LinearAlgebra,
  a: DenseMatrix,
  exponent: number,
  options: SymmetricPowerOptions = {},
): DenseMatrix {
  const who = 'symmetricPower';
  const { values, vectors } = linalg.eigenSymmetric(a);
  const zero = checkSemidefinite(values, options.floor, who);
  return fromSpectrum(linalg, vectors, values, (value) => {
    if (value > zero) return value ** exponent;
    if (exponent > 0 || options.nullSpace === 'zero') return 0;
    throw singular(value, who);
  });
}

/** Logarithm of a symmetric positive definite matrix; `NUMERICAL` with `details.eigenvalue` for any
 * other. */
export function symmetricLogarithm(linalg: LinearAlgebra, a: DenseMatrix): DenseMatrix {
  const who = 'symmetricLogarithm';
  const { values, vectors } = linalg.eigenSymmetric(a);
  const zero = checkSemidefinite(values, undefined, who);
  return fromSpectrum(linalg, vectors, values, (value) => {
    if (value > zero) return Math.log(value);
    throw singular(value, who);
  });
}

/** Exponential of a symmetric matrix, the inverse of {@link symmetricLogarithm}. */
export function symmetricExponential(linalg: LinearAlgebra, a: DenseMatrix): DenseMatrix {
  const { values, vectors } = linalg.eigenSymmetric(a);
  return fromSpectrum(linalg, vectors, values, Math.exp);
}

/** V·diag(f(w))·Vᵀ for eigenpairs (w, V), with both triangles equal. */
export function fromSpectrum(
  linalg: LinearAlgebra,
  vectors: DenseMatrix,
  values: Float64Array,
  f: (value: number) => number,
): DenseMatrix {
  const images = values.map(f);
  if (images.every((image) => image >= 0)) {
    // Half the operations of a product of two matrices.
    return linalg.crossProduct(scaledVectors(vectors, images.map(Math.sqrt)));
  }
  const turned = scaledVectors(vectors, images);
  const result = linalg.multiply(turned, vectors, { transposeA: true, transposeB: true });
  const n = result.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (result.data[i * n + j] + result.data[j * n + i]) / 2;
      result.data[i * n + j] = result.data[j * n + i] = mean;
    }
  }
  return result;
}

/** Columns times their factors, as rows. */
function scaledVectors({ rows, columns, data }: DenseMatrix, factors: Float64Array): DenseMatrix {
  const turned = denseMatrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      turned.data[k * rows + i] = factors[k] * data[i * columns + k];
    }
  }
  return turned;
}

/** The bound below which an eigenvalue (descending order) counts as zero; throws when one is
 * clearly negative. */
function checkSemidefinite(values: Float64Array, floor: number | undefined, who: string): number {
  const n = values.length;
  if (n === 0) return 0;
  const largest = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
  const zero = (floor ?? n * Number.EPSILON) * largest;
  if (values[n - 1] >= -zero) return zero;
  throw new TransferError({
    code: 'NUMERICAL',
    who,
    message: `the matrix is not positive semidefinite: its smallest eigenvalue is ${values[n - 1]}, its largest ${values[0]}. Check that it is a covariance or a kernel matrix.`,
    details: { operation: 'eigenSymmetric', eigenvalue: values[n - 1], largest: values[0] },
  });
}

function singular(value: number, who: string): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who,
    message: `the matrix is singular: an eigenvalue is ${value}. Add a positive number to its diagonal (more regularization), or leave the null space out with nullSpace: 'zero'.`,
    details: { operation: 'eigenSymmetric', eigenvalue: value },
  });
}

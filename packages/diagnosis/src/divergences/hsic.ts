import type { DenseMatrix, Kernel, LinearAlgebra, MatrixInput } from '@graft-ml/core';
import { toMatrix } from '@graft-ml/core';
import { centreKernel, medianHeuristicGamma, referenceLinearAlgebra } from '@graft-ml/numerics';
import { checkEntries, tooFewRows } from '../internal/inputs.js';

export interface HsicOptions {
  /** Default: Gaussian of median width. */
  readonly kernelX?: Kernel;
  /** Default: Gaussian of median width. */
  readonly kernelY?: Kernel;
  /** `'biased'` (default) `tr(KHLH)/(n−1)²` · `'mean'` the same over n² · `'unbiased'` after song2012, can be below 0. */
  readonly estimator?: 'biased' | 'mean' | 'unbiased';
  readonly linearAlgebra?: LinearAlgebra;
}

/** Hilbert–Schmidt independence criterion of rows that belong together: 0 in the limit exactly where x and y are independent.
 *
 * Value     tr(K·H·L·H)/(n − 1)², K and L the kernel matrices of x and y, H = I − 11ᵀ/n
 * unbiased  [tr(K̃L̃) + 1ᵀK̃1·1ᵀL̃1/((n−1)(n−2)) − 2/(n−2)·1ᵀK̃L̃1] / (n(n−3)), K̃, L̃ without their diagonals
 * Shapes    x [n, dx], y [n, dy], row i of one with row i of the other; n ≥ 2, for `'unbiased'` n ≥ 4
 * Paper     gretton2005; song2012.
 */
export function hsic(x: MatrixInput, y: MatrixInput, options: HsicOptions = {}): number {
  const { estimator = 'biased' } = options;
  const { k, l, n } = kernelPair('hsic', x, y, options, estimator === 'unbiased' ? 4 : 2);
  if (estimator === 'unbiased') return unbiasedHsic(k, l, n);
  const divisor = estimator === 'biased' ? (n - 1) ** 2 : n * n;
  return inner(centreKernel(k), centreKernel(l)) / divisor;
}

/** Centred kernel alignment HSIC(x, y) / √(HSIC(x, x)·HSIC(y, y)), in [0, 1]: how alike two representations of the same rows are.
 *
 * 0 where one of them is constant. Paper: kornblith2019.
 */
export function centredKernelAlignment(
  x: MatrixInput,
  y: MatrixInput,
  options: Omit<HsicOptions, 'estimator'> = {},
): number {
  const { k, l } = kernelPair('centredKernelAlignment', x, y, options, 2);
  const [a, b] = [centreKernel(k), centreKernel(l)];
  const size = Math.sqrt(inner(a, a) * inner(b, b));
  return size > 0 ? inner(a, b) / size : 0;
}

function kernelPair(
  who: string,
  first: MatrixInput,
  second: MatrixInput,
  { kernelX, kernelY, linearAlgebra = referenceLinearAlgebra }: HsicOptions,
  minRows: number,
) {
  const x = toMatrix(first, who, 'x');
  const y = toMatrix(second, who, 'y');
  checkEntries(y.rows, x.rows, who, 'rows of "y"');
  if (x.rows < minRows) throw tooFewRows(who, 'x', minRows, x.rows);
  const median = (rows: typeof x): Kernel => ({
    type: 'rbf',
    gamma: medianHeuristicGamma(linearAlgebra, rows),
  });
  return {
    k: linearAlgebra.kernelMatrix(kernelX ?? median(x), x, x),
    l: linearAlgebra.kernelMatrix(kernelY ?? median(y), y, y),
    n: x.rows,
  };
}

function inner(a: DenseMatrix, b: DenseMatrix): number {
  let sum = 0;
  for (let p = 0; p < a.data.length; p++) sum += a.data[p] * b.data[p];
  return sum;
}

function unbiasedHsic(k: DenseMatrix, l: DenseMatrix, n: number): number {
  let trace = 0;
  let sumK = 0;
  let sumL = 0;
  let cross = 0;
  for (let i = 0; i < n; i++) {
    let rowK = 0;
    let rowL = 0;
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const a = k.data[i * n + j];
      const b = l.data[i * n + j];
      trace += a * b;
      rowK += a;
      rowL += b;
    }
    sumK += rowK;
    sumL += rowL;
    cross += rowK * rowL;
  }
  const product = (sumK * sumL) / ((n - 1) * (n - 2));
  return (trace + product - (2 * cross) / (n - 2)) / (n * (n - 3));
}

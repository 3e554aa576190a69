import type { DenseMatrix, Kernel, LinearAlgebra, Matrix, MatrixInput } from '@graft-ml/core';
import { denseMatrix, selectRows, stackRows } from '@graft-ml/core';
import { medianHeuristicGamma, referenceLinearAlgebra } from '@graft-ml/numerics';
import { samplePair } from '../internal/inputs.js';

export interface MmdOptions {
  /** One kernel, or several that are summed. Default: Gaussian, γ = 1/(2·m²) with m the median distance of all rows together. */
  readonly kernel?: Kernel | readonly Kernel[];
  /** `'biased'` (default) counts every pair, is never negative; `'unbiased'` leaves out a row with itself and can be below 0. */
  readonly estimator?: 'biased' | 'unbiased';
  readonly linearAlgebra?: LinearAlgebra;
}

/** Squared maximum mean discrepancy of two samples.
 *
 * Value     mean k(s, s′) + mean k(t, t′) − 2·mean k(s, t)       `'unbiased'` leaves pairs i = j out of the first two means
 * Shapes    source [ns, d], target [nt, d] → a number, 0 where the means in the kernel's space are equal
 * Errors    SHAPE_MISMATCH; INVALID_DATA for no rows, one row with `'unbiased'`, or no two different rows to set γ by
 * Paper     gretton2012, equations 3 and 5.
 * Example   mmd([[0], [1]], [[0], [1]]) // => 0
 */
export function mmd(source: MatrixInput, target: MatrixInput, options: MmdOptions = {}): number {
  const { estimator = 'biased', linearAlgebra = referenceLinearAlgebra } = options;
  const { xs, xt } = samplePair('mmd', source, target, estimator === 'unbiased' ? 2 : 1);
  const kernels = kernelsOf(linearAlgebra, options.kernel, xs, xt);
  const gram = summedKernels(linearAlgebra, kernels, stackRows([xs, xt]));
  return mmdOfGram(gram, xs.rows, estimator);
}

/** Squared MMD in linear time: the mean of k(s₁,s₂) + k(t₁,t₂) − k(s₁,t₂) − k(s₂,t₁) over successive pairs of rows.
 *
 * Unbiased, O(n·d); its spread is far larger than that of {@link mmd}. Rows beyond the shorter sample are not used, and the
 * order of rows matters: shuffle sorted data first. With the kernel `linear` and whole means, use {@link linearMmd}.
 * Paper     gretton2012, lemma 14.
 */
export function linearTimeMmd(
  source: MatrixInput,
  target: MatrixInput,
  options: Omit<MmdOptions, 'estimator'> = {},
): number {
  const { linearAlgebra = referenceLinearAlgebra } = options;
  const { xs, xt } = samplePair('linearTimeMmd', source, target, 2);
  const kernels = kernelsOf(linearAlgebra, options.kernel, xs, xt);
  const pairs = Math.floor(Math.min(xs.rows, xt.rows) / 2);
  let sum = 0;
  for (let i = 0; i < pairs; i++) {
    const four = stackRows([
      selectRows(xs, [2 * i, 2 * i + 1]),
      selectRows(xt, [2 * i, 2 * i + 1]),
    ]);
    const { data } = summedKernels(linearAlgebra, kernels, four);
    sum += data[1] + data[11] - data[3] - data[6];
  }
  return sum / pairs;
}

/** Squared MMD with the linear kernel: ‖mean(source) − mean(target)‖². Sees means only. */
export function linearMmd(source: MatrixInput, target: MatrixInput): number {
  return mmd(source, target, { kernel: { type: 'linear' } });
}

/** Where the samples differ: mean_s k(s, x) − mean_t k(t, x) at each row of `at`, positive where the source is denser.
 *
 * Shapes    at [n, d] → [n]. Paper: gretton2012, section 2.3.
 */
export function mmdWitness(
  source: MatrixInput,
  target: MatrixInput,
  at: MatrixInput,
  options: Omit<MmdOptions, 'estimator'> = {},
): Float64Array {
  const { linearAlgebra = referenceLinearAlgebra } = options;
  const { xs, xt } = samplePair('mmdWitness', source, target);
  const { xt: points } = samplePair('mmdWitness', xs, at, 0);
  const witness = new Float64Array(points.rows);
  for (const kernel of kernelsOf(linearAlgebra, options.kernel, xs, xt)) {
    for (const [sample, sign] of [
      [xs, 1],
      [xt, -1],
    ] as const) {
      const { data, rows, columns } = linearAlgebra.kernelMatrix(kernel, sample, points);
      for (let p = 0; p < data.length; p++) witness[p % columns] += (sign * data[p]) / rows;
    }
  }
  return witness;
}

/** Squared MMD of two Gaussians N(m, S) under the kernel exp(−‖x−y‖²/(2s²)): what {@link mmd} estimates on large samples.
 *
 * E k = |I + (S₁+S₂)/s²|^(−½) · exp(−½·dᵀ·(s²I + S₁ + S₂)⁻¹·d), d the difference of means; E k₁₁ + E k₂₂ − 2·E k₁₂.
 */
export function gaussianMmd(
  first: { readonly mean: ArrayLike<number>; readonly covariance: DenseMatrix },
  second: { readonly mean: ArrayLike<number>; readonly covariance: DenseMatrix },
  width: { readonly squared: number },
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): number {
  const expected = (a: typeof first, b: typeof first) => {
    const d = a.mean.length;
    const difference = denseMatrix(d, 1);
    const total = denseMatrix(d, d);
    for (let j = 0; j < d; j++) difference.data[j] = a.mean[j] - b.mean[j];
    for (let p = 0; p < d * d; p++) total.data[p] = a.covariance.data[p] + b.covariance.data[p];
    for (let j = 0; j < d; j++) total.data[j * (d + 1)] += width.squared;
    const lower = linearAlgebra.cholesky(total);
    const { data } = linearAlgebra.solveTriangular(lower, difference);
    let exponent = 0;
    for (let j = 0; j < d; j++) {
      exponent -=
        (data[j] * data[j]) / 2 + Math.log(lower.data[j * (d + 1)] / Math.sqrt(width.squared));
    }
    return Math.exp(exponent);
  };
  return expected(first, first) + expected(second, second) - 2 * expected(first, second);
}

/** MMD² read off the kernel matrix of all rows; `order` says which rows come first (the `nFirst` of the first sample). */
export function mmdOfGram(
  gram: DenseMatrix,
  nFirst: number,
  estimator: 'biased' | 'unbiased' = 'biased',
  order?: ArrayLike<number>,
): number {
  const n = gram.rows;
  const first = new Uint8Array(n);
  for (let i = 0; i < nFirst; i++) first[order ? order[i] : i] = 1;
  let within = 0;
  let across = 0;
  let other = 0;
  let ownDiagonal = 0;
  let otherDiagonal = 0;
  for (let i = 0; i < n; i++) {
    let toFirst = 0;
    let toOther = 0;
    for (let j = 0; j < n; j++) {
      const value = gram.data[i * n + j];
      if (first[j] === 1) toFirst += value;
      else toOther += value;
    }
    if (first[i] === 1) {
      within += toFirst;
      across += toOther;
      ownDiagonal += gram.data[i * (n + 1)];
    } else {
      other += toOther;
      otherDiagonal += gram.data[i * (n + 1)];
    }
  }
  const m = nFirst;
  const k = n - nFirst;
  const crossed = (2 * across) / (m * k);
  return estimator === 'biased'
    ? within / (m * m) + other / (k * k) - crossed
    : (within - ownDiagonal) / (m * (m - 1)) + (other - otherDiagonal) / (k * (k - 1)) - crossed;
}

/** The kernels asked for, or a Gaussian of median width. */
export function kernelsOf(
  linearAlgebra: LinearAlgebra,
  kernel: Kernel | readonly Kernel[] | undefined,
  xs: Matrix,
  xt: Matrix,
): readonly Kernel[] {
  if (kernel === undefined) {
    return [{ type: 'rbf', gamma: medianHeuristicGamma(linearAlgebra, stackRows([xs, xt])) }];
  }
  return 'type' in kernel ? [kernel] : kernel;
}

/** The sum of kernel matrices of `x` with itself. */
export function summedKernels(
  linearAlgebra: LinearAlgebra,
  kernels: readonly Kernel[],
  x: Matrix,
): DenseMatrix {
  const sum = denseMatrix(x.rows, x.rows);
  for (const kernel of kernels) {
    const { data } = linearAlgebra.kernelMatrix(kernel, x, x);
    for (let p = 0; p < data.length; p++) sum.data[p] += data[p];
  }
  return sum;
}

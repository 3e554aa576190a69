import { type DenseMatrix, denseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { minimizeLbfgs } from '@graft-ml/numerics';

/** Covariance functions of a Gaussian process, by distance over the length scale. */
export type Covariance = 'matern52' | 'rbf';

/** The numbers a process is described by. */
export interface ProcessParameters {
  readonly covariance: Covariance;
  readonly lengthScale: number;
  readonly signalVariance: number;
  readonly noiseVariance: number;
}

interface Rows {
  readonly x: DenseMatrix;
  readonly weights: Float64Array;
}

interface LabelledRows extends Rows {
  /** Values less the mean of the process. */
  readonly y: Float64Array;
}

/** c(‖xᵢ − yⱼ‖ / ℓ) [x.rows, y.rows]; fills in its derivative by log ℓ where there is room for it. */
export function correlations(
  linearAlgebra: LinearAlgebra,
  covariance: Covariance,
  lengthScale: number,
  x: Matrix,
  y: Matrix,
  derivative?: Float64Array,
): DenseMatrix {
  const matrix = linearAlgebra.squaredDistances(x, y);
  const { data } = matrix;
  for (let p = 0; p < data.length; p++) {
    const squared = data[p] / (lengthScale * lengthScale);
    if (covariance === 'rbf') {
      data[p] = Math.exp(-squared / 2);
      if (derivative) derivative[p] = squared * data[p];
      continue;
    }
    const a = Math.sqrt(5 * squared);
    const decay = Math.exp(-a);
    data[p] = (1 + a + (a * a) / 3) * decay;
    if (derivative) derivative[p] = ((a * a * (1 + a)) / 3) * decay;
  }
  return matrix;
}

/** s·c(‖xᵢ − xⱼ‖ / ℓ) + noise / wᵢ on the diagonal. */
export function noisyCovariance(
  linearAlgebra: LinearAlgebra,
  { x, weights }: Rows,
  { covariance, lengthScale, signalVariance, noiseVariance }: ProcessParameters,
): DenseMatrix {
  const matrix = correlations(linearAlgebra, covariance, lengthScale, x, x);
  const { data, rows } = matrix;
  for (let p = 0; p < data.length; p++) data[p] *= signalVariance;
  for (let i = 0; i < rows; i++) data[i * (rows + 1)] += noiseVariance / weights[i];
  return matrix;
}

/** α = (K + D)⁻¹·y and the log likelihood of the values, −½·yᵀα − ½·log det(K + D) − n/2·log 2π. */
export function condition(
  linearAlgebra: LinearAlgebra,
  rows: LabelledRows,
  parameters: ProcessParameters,
): { readonly alpha: Float64Array; readonly logMarginal: number; readonly lower: DenseMatrix } {
  const lower = linearAlgebra.cholesky(noisyCovariance(linearAlgebra, rows, parameters));
  const n = rows.y.length;
  const white = linearAlgebra.solveTriangular(lower, denseMatrix(n, 1, rows.y));
  const alpha = linearAlgebra.solveTriangular(lower, white, { transpose: true }).data;
  let logMarginal = (-n / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    logMarginal -= (rows.y[i] * alpha[i]) / 2 + Math.log(lower.data[i * (n + 1)]);
  }
  return { alpha, logMarginal, lower };
}

/** Changes length scale and variances, by at most a factor of e⁷ each, so that the values become as likely as possible. L-BFGS on their logarithms. */
export function tuneParameters(
  linearAlgebra: LinearAlgebra,
  rows: LabelledRows,
  start: ProcessParameters,
): {
  readonly parameters: ProcessParameters;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: string;
} {
  const at = (v: ArrayLike<number>): ProcessParameters => ({
    covariance: start.covariance,
    lengthScale: start.lengthScale * Math.exp(7 * Math.tanh(v[0])),
    signalVariance: start.signalVariance * Math.exp(7 * Math.tanh(v[1])),
    noiseVariance: start.noiseVariance * Math.exp(7 * Math.tanh(v[2])),
  });
  const result = minimizeLbfgs(
    (v, gradient) => {
      const { value, slopes } = likelihood(linearAlgebra, rows, at(v));
      slopes.forEach((slope, k) => {
        gradient[k] = (-slope * 7 * (1 - Math.tanh(v[k]) ** 2)) / rows.y.length;
      });
      return -value / rows.y.length;
    },
    new Float64Array(3),
    { tolerance: 1e-7, maxIterations: 200 },
  );
  return {
    parameters: at(result.x),
    iterations: result.iterations,
    converged: result.converged,
    reason: result.converged
      ? 'the gradient of the likelihood is within the tolerance'
      : 'the likelihood rises no further, or the iterations ran out',
  };
}

/** The log likelihood and its derivatives by the logarithms of length scale, signal and noise variance: ½·tr((ααᵀ − (K + D)⁻¹)·∂(K + D)). */
function likelihood(
  linearAlgebra: LinearAlgebra,
  rows: LabelledRows,
  parameters: ProcessParameters,
): { readonly value: number; readonly slopes: readonly number[] } {
  const { covariance, lengthScale, signalVariance, noiseVariance } = parameters;
  const n = rows.y.length;
  const { alpha, logMarginal, lower } = condition(linearAlgebra, rows, parameters);
  const identity = denseMatrix(n, n);
  for (let i = 0; i < n; i++) identity.data[i * (n + 1)] = 1;
  const half = linearAlgebra.solveTriangular(lower, identity);
  const inverse = linearAlgebra.crossProduct(half);
  const byLength = new Float64Array(n * n);
  const plain = correlations(linearAlgebra, covariance, lengthScale, rows.x, rows.x, byLength);
  let length = 0;
  let signal = 0;
  let noise = 0;
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) {
      const factor = (alpha[i] * alpha[j] - inverse.data[p]) / 2;
      length += factor * signalVariance * byLength[p];
      signal += factor * signalVariance * plain.data[p];
      if (i === j) noise += (factor * noiseVariance) / rows.weights[i];
    }
  }
  return { value: logMarginal, slopes: [length, signal, noise] };
}

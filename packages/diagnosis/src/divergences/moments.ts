import type { LinearAlgebra, MatrixInput } from '@graft-ml/core';
import { denseMatrix, toDense } from '@graft-ml/core';
import { columnMeans, covariance, referenceLinearAlgebra } from '@graft-ml/numerics';
import { samplePair } from '../internal/inputs.js';

/** Distance of second moments: ‖Cs − Ct‖²_F / (4·d²), with covariances over n − 1. Blind to means.
 *
 * Shapes    source [ns, d], target [nt, d], at least two rows each. Paper: sun2016deep, equation 1.
 */
export function coralDistance(
  source: MatrixInput,
  target: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): number {
  const { xs } = samplePair('coralDistance', source, target, 2);
  return covarianceDistance(source, target, linearAlgebra) ** 2 / (4 * xs.columns * xs.columns);
}

/** Frobenius distance of the covariances: ‖Cs − Ct‖_F. In squared units of the features. */
export function covarianceDistance(
  source: MatrixInput,
  target: MatrixInput,
  linearAlgebra: LinearAlgebra = referenceLinearAlgebra,
): number {
  const { xs, xt } = samplePair('covarianceDistance', source, target, 2);
  const cs = covariance(linearAlgebra, xs).data;
  const ct = covariance(linearAlgebra, xt).data;
  let sum = 0;
  for (let p = 0; p < cs.length; p++) sum += (cs[p] - ct[p]) ** 2;
  return Math.sqrt(sum);
}

/** Euclidean distance of the means, in units of the features. */
export function meanDistance(source: MatrixInput, target: MatrixInput): number {
  const { xs, xt } = samplePair('meanDistance', source, target);
  const ms = columnMeans(xs);
  const mt = columnMeans(xt);
  return Math.sqrt(ms.reduce((sum, value, j) => sum + (value - mt[j]) ** 2, 0));
}

/** Discrepancy of linear models under squared loss: ‖XsᵀXs/ns − XtᵀXt/nt‖₂, the largest |eigenvalue|.
 *
 * How differently two bounded linear functions can disagree on the two samples at most. Moments about 0, not about the mean.
 * `normalized` first brings all entries to mean 0 and spread 1 with ½(mean_s + mean_t) and ½(sd_s + sd_t) over all entries,
 * and divides by d, which makes values of different data sets comparable.
 * Paper     mansour2009, section 5.
 */
export function linearDiscrepancy(
  source: MatrixInput,
  target: MatrixInput,
  options: { readonly normalized?: boolean; readonly linearAlgebra?: LinearAlgebra } = {},
): number {
  const { normalized = false, linearAlgebra = referenceLinearAlgebra } = options;
  const pair = samplePair('linearDiscrepancy', source, target);
  let xs = toDense(pair.xs);
  let xt = toDense(pair.xt);
  if (normalized) [xs, xt] = onOneScale(xs, xt);
  const a = linearAlgebra.crossProduct(xs).data;
  const b = linearAlgebra.crossProduct(xt).data;
  const d = xs.columns;
  const difference = denseMatrix(d, d);
  for (let p = 0; p < a.length; p++) difference.data[p] = a[p] / xs.rows - b[p] / xt.rows;
  const { values } = linearAlgebra.eigenSymmetric(difference);
  const largest = Math.max(Math.abs(values[0]), Math.abs(values[d - 1]));
  return normalized ? largest / d : largest;
}

/** Both samples less ½(mean_s + mean_t), over ½(sd_s + sd_t): moments over all entries, divisor n. */
export function onOneScale<M extends { readonly data: Float64Array }>(xs: M, xt: M): [M, M] {
  const moments = ({ data }: M) => {
    const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
    const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length;
    return { mean, spread: Math.sqrt(variance) };
  };
  const s = moments(xs);
  const t = moments(xt);
  const centre = (s.mean + t.mean) / 2;
  const spread = (s.spread + t.spread) / 2;
  const scaled = (x: M): M => ({ ...x, data: x.data.map((v) => (v - centre) / spread) });
  return [scaled(xs), scaled(xt)];
}

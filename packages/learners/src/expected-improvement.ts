import { normalShare } from './internal/normal-share.js';

/** What can be expected to be gained over `best` where smaller values are better: E max(0, best − f) for f ~ N(mean, variance).
 *
 * Solves    (best − mean)·Φ(z) + s·φ(z),  z = (best − mean) / s,  s = √variance
 * Paper     jones1998
 */
export function expectedImprovement(
  { mean, variance }: { readonly mean: Float64Array; readonly variance: Float64Array },
  best: number,
): Float64Array {
  return mean.map((m, i) => {
    const spread = Math.sqrt(variance[i]);
    if (spread === 0) return Math.max(0, best - m);
    const z = (best - m) / spread;
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    return Math.max(0, (best - m) * normalShare(z) + spread * density);
  });
}

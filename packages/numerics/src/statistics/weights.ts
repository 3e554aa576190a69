/** Kish's effective sample size (Σ w)² / Σ w²: n for equal weights, 1 when one row carries all, 0
 * when all are zero. */
export function effectiveSampleSize(weights: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, weights[i]);
  if (largest === 0) return 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    const share = weights[i] / largest; // keeps the squares away from overflow
    sum += share;
    squares += share * share;
  }
  return (sum * sum) / squares;
}

/** Effective sample size by entropy, exp(−Σ p·log p) with p = w / Σ w; 0 when all weights are
 * zero. */
export function entropyEffectiveSampleSize(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i];
  if (sum === 0) return 0;
  let entropy = 0;
  for (let i = 0; i < weights.length; i++) {
    const share = weights[i] / sum;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Math.exp(entropy);
}

/** The `probability` quantile (0 … 1) with linear interpolation between order statistics; NaN for
 * no values. */
export function quantile(values: ArrayLike<number>, probability: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted.length === 0
    ? Number.NaN
    : sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

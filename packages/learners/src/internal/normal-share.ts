/** Φ(z), the share of a standard normal below z, to about 13 digits on both sides. */
export function normalShare(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const above = x < 2.5 ? 1 - nearZero(x) : farOut(x);
  return z > 0 ? 1 - above / 2 : above / 2;
}

/** erf(x) by e^(−x²)·Σ 2^k·x^(2k+1) / (1·3·…·(2k+1)), all terms positive. */
function nearZero(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return ((2 * sum) / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}

/** erfc(x) by its continued fraction 1 / (x + (1/2) / (x + (2/2) / (x + …))), from the far end. */
function farOut(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

/** Class probabilities p that agree best with the probabilities r_ab that class a beats class b.
 *
 * Solves    min_p Σ_{a≠b} (r_ba·p_a − r_ab·p_b)²,  Σ p = 1        (wu2004, second method)
 * by        their fixed-point iteration, which keeps p positive
 *
 * @param r [k, k], r_ab + r_ba = 1 with every entry inside (0, 1); the diagonal is not read
 * @param p [k], filled in
 */
export function couplePairs(r: Float64Array, p: Float64Array): void {
  const k = p.length;
  p.fill(1 / k);
  if (k === 1) return;
  const q = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) {
      if (a === b) continue;
      q[a * k + a] += r[b * k + a] ** 2;
      q[a * k + b] = -r[b * k + a] * r[a * k + b];
    }
  }
  const products = new Float64Array(k);
  for (let iteration = 0; iteration < 1000; iteration++) {
    let value = 0;
    for (let a = 0; a < k; a++) {
      products[a] = 0;
      for (let b = 0; b < k; b++) products[a] += q[a * k + b] * p[b];
      value += p[a] * products[a];
    }
    let worst = 0;
    for (let a = 0; a < k; a++) worst = Math.max(worst, Math.abs(products[a] - value));
    if (worst < 1e-12) return;
    for (let a = 0; a < k; a++) {
      const change = (value - products[a]) / q[a * k + a];
      p[a] += change;
      value =
        (value + change * (change * q[a * k + a] + 2 * products[a])) / (1 + change) / (1 + change);
      for (let b = 0; b < k; b++) {
        products[b] = (products[b] + change * q[a * k + b]) / (1 + change);
        p[b] /= 1 + change;
      }
    }
  }
}

/** The smallest value at which the weights of the values up to it reach half of all weight; NaN for no values.
 *
 * @param order room for one number per value, for callers that ask often
 */
export function weightedMedian(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  order: Int32Array = new Int32Array(values.length),
): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    order[i] = i;
    total += weights[i];
  }
  order.sort((a, b) => values[a] - values[b] || a - b);
  let sum = 0;
  for (const i of order) {
    sum += weights[i];
    if (sum >= total / 2) return values[i];
  }
  return Number.NaN;
}

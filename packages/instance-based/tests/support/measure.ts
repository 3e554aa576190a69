import { type Matrix, toDense } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';

export function valuesOf(matrix: Matrix): Float64Array {
  return toDense(matrix).data;
}

export function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value, i) => sum + value * weights[i]!, 0) / values.length;
}

/** One-dimensional normal rows, as a column. */
export function normals(seed: number, n: number, centre: number, deviation: number): number[][] {
  const random = randomSource(seed);
  return Array.from({ length: n }, () => [centre + deviation * random.normal()]);
}

/** Shimodaira's regression: y = −x + x³ + noise, source around 0.5, target around 0, where a straight line must choose whom to serve. */
export function shimodaira(seed: number, n = 200) {
  const random = randomSource(seed);
  const draw = (centre: number, deviation: number) =>
    Array.from({ length: n }, () => [centre + deviation * random.normal()]);
  const curve = (rows: number[][]) => rows.map(([x = 0]) => -x + x ** 3 + 0.3 * random.normal());
  const [xs, xt] = [draw(0.5, 0.5), draw(0, 0.3)];
  return { xs, ys: curve(xs), xt, yt: curve(xt) };
}

/** Mean squared error on the target of the weighted least-squares line through the source. */
export function lineError(
  { xs, ys, xt, yt }: ReturnType<typeof shimodaira>,
  weights: ArrayLike<number> = new Float64Array(xs.length).fill(1),
): number {
  const x = xs.map(([value = 0]) => value);
  const total = mean(weights) * x.length;
  const centre = (values: number[]) => (weightedMean(values, weights) * x.length) / total;
  const [mx, my] = [centre(x), centre(ys)];
  const slope =
    weightedMean(
      x.map((value, i) => (value - mx) * (ys[i]! - my)),
      weights,
    ) /
    weightedMean(
      x.map((value) => (value - mx) ** 2),
      weights,
    );
  return mean(xt.map(([value = 0], i) => (my + slope * (value - mx) - yt[i]!) ** 2));
}

/** The share of equal entries. */
export function agreement(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  return Array.from(a).filter((value, i) => value === b[i]).length / b.length;
}

/** The mean of `measure` over the seeds 0 … nSeeds − 1. */
export async function meanOverSeeds(
  measure: (seed: number) => Promise<number>,
  nSeeds = 20,
): Promise<number> {
  let sum = 0;
  for (let seed = 0; seed < nSeeds; seed++) sum += await measure(seed);
  return sum / nSeeds;
}

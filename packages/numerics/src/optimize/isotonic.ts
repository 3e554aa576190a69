import { TransferError } from '@graft-ml/core';

export interface IsotonicCurve {
  /** Where the curve is known, ascending and different. */
  readonly x: Float64Array;
  /** Its values there, not decreasing. */
  readonly y: Float64Array;
}

/** Non-decreasing least-squares fit argmin Σ wᵢ(fᵢ − yᵢ)² with f₁ ≤ f₂ ≤ …, by pooling adjacent
 * violators (barlow1972).
 *
 * `y` in the order of its argument; `weights` ≥ 0, all 1 when left out. Takes time linear in the
 * length.
 */
export function isotonicRegression(
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Float64Array {
  const n = y.length;
  if (weights && weights.length !== n) throw lengths('weights', n, weights.length);
  const means = new Float64Array(n);
  const masses = new Float64Array(n);
  const ends = new Int32Array(n); // one past the last position of each pool
  let pools = 0;
  for (let i = 0; i < n; i++) {
    means[pools] = y[i];
    masses[pools] = weights ? weights[i] : 1;
    ends[pools] = i + 1;
    while (pools > 0 && means[pools - 1] >= means[pools]) {
      const mass = masses[pools - 1] + masses[pools];
      const share = mass === 0 ? 0.5 : masses[pools] / mass;
      means[pools - 1] += share * (means[pools] - means[pools - 1]);
      masses[pools - 1] = mass;
      ends[pools - 1] = ends[pools];
      pools--;
    }
    pools++;
  }
  const fitted = new Float64Array(n);
  for (let pool = 0, start = 0; pool < pools; start = ends[pool++]) {
    fitted.fill(means[pool], start, ends[pool]);
  }
  return fitted;
}

/** Fits a non-decreasing curve of `y` over `x`: equal arguments are pooled first, then {@link
 * isotonicRegression}. */
export function fitIsotonicCurve(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicCurve {
  const n = x.length;
  if (y.length !== n) throw lengths('y', n, y.length);
  if (weights && weights.length !== n) throw lengths('weights', n, weights.length);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => x[i] - x[j]);
  const places: number[] = [];
  const sums: number[] = [];
  const masses: number[] = [];
  for (const i of order) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    const last = places.length - 1;
    if (last >= 0 && places[last] === x[i]) {
      sums[last] += weight * y[i];
      masses[last] += weight;
    } else {
      places.push(x[i]);
      sums.push(weight * y[i]);
      masses.push(weight);
    }
  }
  const values = sums.map((sum, k) => sum / masses[k]);
  return { x: Float64Array.from(places), y: isotonicRegression(values, masses) };
}

/** The curve at `at`: straight lines between its points, constant beyond both ends. NaN for a curve
 * without points. */
export function evaluateCurve(curve: IsotonicCurve, at: number): number {
  const { x, y } = curve;
  if (x.length === 0) return Number.NaN;
  if (!(at > x[0])) return y[0];
  if (at >= x[x.length - 1]) return y[x.length - 1];
  let low = 0;
  let high = x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return y[low] + ((at - x[low]) / (x[high] - x[low])) * (y[high] - y[low]);
}

function lengths(argument: string, expected: number, received: number): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'isotonicRegression',
    message: `"${argument}" must hold ${expected} values like the rest; received ${received}.`,
    details: { argument, expected, received },
  });
}

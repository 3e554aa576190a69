import type { PackedKernel } from './packed-kernel.js';

/** Where the search ended. */
export interface BoxMinimum {
  readonly x: Float64Array;
  /** K·x − linear. */
  readonly gradient: Float64Array;
  /** Largest component of the gradient that points into the box. */
  readonly residual: number;
  readonly iterations: number;
  /** Products with K. */
  readonly products: number;
}

/** Minimises ½·xᵀ·K·x − linearᵀ·x over 0 ≤ x ≤ upper by gradient projection and conjugate gradients (more1991), from x = 1.
 *
 * A projected gradient step finds which bounds hold, conjugate gradients minimise over the coordinates left free, and a
 * search along the projected path keeps every step downhill. It is quick where K is well conditioned, up to a few leading
 * directions, and may crawl where it is not: then it gives up after `maxProducts`.
 */
export function minimizeByProjection(
  kernel: PackedKernel,
  linear: Float64Array,
  upper: number,
  tolerance: number,
  maxProducts: number,
): BoxMinimum {
  const n = kernel.rows;
  const x = new Float64Array(n).fill(1);
  const gradient = new Float64Array(n);
  const inward = new Float64Array(n);
  const direction = new Float64Array(n);
  const product = new Float64Array(n);
  const move = new Float64Array(n);
  kernel.multiply(x, gradient);
  for (let i = 0; i < n; i++) gradient[i] -= linear[i];
  let products = 1;
  let iterations = 0;
  let residual = inwardGradient(x, gradient, upper, inward);

  /** Goes to the projection of x + t·direction for the first t = step, step/2, … that decreases enough; false where none does. */
  const search = (step: number): boolean => {
    for (let t = step, halvings = 0; halvings < 30; t /= 2, halvings++) {
      let slope = 0;
      for (let i = 0; i < n; i++) {
        move[i] = Math.min(upper, Math.max(0, x[i] + t * direction[i])) - x[i];
        slope += gradient[i] * move[i];
      }
      if (!(slope < 0)) continue;
      kernel.multiply(move, product);
      products++;
      let curvature = 0;
      for (let i = 0; i < n; i++) curvature += move[i] * product[i];
      if (slope + curvature / 2 > 0.01 * slope) continue;
      for (let i = 0; i < n; i++) {
        // Not x + move: a coordinate sent to a bound must lie on it to the last bit.
        x[i] = Math.min(upper, Math.max(0, x[i] + t * direction[i]));
        gradient[i] += product[i];
      }
      return true;
    }
    return false;
  };

  while (residual > tolerance && products < maxProducts) {
    iterations++;
    let size = 0;
    for (let i = 0; i < n; i++) {
      direction[i] = -inward[i];
      size += inward[i] * inward[i];
    }
    kernel.multiply(direction, product);
    products++;
    let curvature = 0;
    for (let i = 0; i < n; i++) curvature += direction[i] * product[i];
    if (!search(curvature > 0 ? size / curvature : 1)) break;
    products += solveFree(kernel, x, upper, gradient, direction, tolerance / 2);
    search(1);
    residual = inwardGradient(x, gradient, upper, inward);
  }
  return { x, gradient, residual, iterations, products };
}

/** The gradient without what points out of the box; returns its largest magnitude. */
function inwardGradient(
  x: Float64Array,
  gradient: Float64Array,
  upper: number,
  out: Float64Array,
): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i];
    out[i] = (x[i] <= 0 && g > 0) || (x[i] >= upper && g < 0) ? 0 : g;
    most = Math.max(most, Math.abs(out[i]));
  }
  return most;
}

/** Solves K·d = −gradient over the coordinates between their bounds; zero elsewhere. Returns the number of products.
 *
 * It stops at a hundredth of the residual it began with, since the bounds may still change.
 */
function solveFree(
  kernel: PackedKernel,
  x: Float64Array,
  upper: number,
  gradient: Float64Array,
  d: Float64Array,
  tolerance: number,
): number {
  const free = Int32Array.from(x.keys()).filter((i) => x[i] > 0 && x[i] < upper);
  const residual = new Float64Array(x.length);
  const search = new Float64Array(x.length);
  const product = new Float64Array(x.length);
  d.fill(0);
  let squared = 0;
  let largest = 0;
  for (const i of free) {
    residual[i] = search[i] = -gradient[i];
    squared += residual[i] * residual[i];
    largest = Math.max(largest, Math.abs(residual[i]));
  }
  const enough = Math.max(tolerance, 0.01 * largest);
  let products = 0;
  while (largest > enough && products < free.length + 10) {
    kernel.multiplyWithin(free, search, product);
    products++;
    let curvature = 0;
    for (const i of free) curvature += search[i] * product[i];
    if (!(curvature > 0)) break;
    const step = squared / curvature;
    const before = squared;
    squared = 0;
    largest = 0;
    for (const i of free) {
      d[i] += step * search[i];
      residual[i] -= step * product[i];
      squared += residual[i] * residual[i];
      largest = Math.max(largest, Math.abs(residual[i]));
    }
    for (const i of free) search[i] = residual[i] + (squared / before) * search[i];
  }
  return products;
}

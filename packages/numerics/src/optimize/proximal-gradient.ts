import { TransferError } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { dot, largestMagnitude } from '../internal/vector.js';
import type { Objective } from './lbfgs.js';
import type { ProximalOperator } from './proximal-operators.js';

export interface ProximalGradientOptions {
  /** Stops once no entry of the gradient mapping (y − prox(y − step·∇f(y), step)) / step exceeds
   * this. Default 1e-8. */
  readonly tolerance?: number;
  /** Default 10 000. */
  readonly maxIterations?: number;
  /** First step length tried; it is halved until the quadratic bound holds. Default 1. */
  readonly step?: number;
}

export interface ProximalGradientResult {
  readonly x: Float64Array;
  /** Value of the smooth part at `x`. */
  readonly smoothValue: number;
  /** Largest magnitude in the gradient mapping: 0 at a minimum. */
  readonly residual: number;
  /** Step length at the end. */
  readonly step: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'residual' | 'max-iterations' | 'no-progress';
}

const who = 'minimizeProximal';

/** Minimises f(x) + g(x) with f smooth and g known by its proximal operator: FISTA (beck2009) with
 * a backtracking step and restarts of the momentum whenever it points uphill (odonoghue2015).
 *
 * For convex f and g the value falls like 1/k², and linearly once the active entries are found.
 * `start` is left alone.
 * @example minimizeProximal((x, g) => { g[0] = x[0] - 3; return (x[0] - 3) ** 2 / 2; },
 * l1Proximal(1), [0]); // x → 2
 */
export function minimizeProximal(
  objective: Objective,
  proximal: ProximalOperator,
  start: ArrayLike<number>,
  options: ProximalGradientOptions = {},
): ProximalGradientResult {
  const { tolerance = 1e-8, maxIterations = 10_000 } = options;
  let step = options.step ?? 1;
  checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
  checkOption(who, 'maxIterations', maxIterations, 'integer', { atLeast: 1 });
  checkOption(who, 'step', step, 'number', { above: 0 });
  const n = start.length;
  let x = Float64Array.from(start);
  let next = new Float64Array(n);
  const y = x.slice();
  const gradient = new Float64Array(n);
  const difference = new Float64Array(n);
  const nextGradient = new Float64Array(n);
  let momentum = 1;
  let residual = Infinity;

  for (let iterations = 1; ; iterations++) {
    const value = objective(y, gradient);
    if (!Number.isFinite(value)) throw notFinite(value);
    let nextValue: number;
    for (;;) {
      for (let i = 0; i < n; i++) next[i] = y[i] - step * gradient[i];
      proximal(next, step);
      for (let i = 0; i < n; i++) difference[i] = next[i] - y[i];
      nextValue = objective(next, nextGradient);
      const allowed = dot(difference, difference) / (2 * step);
      // Both say that 1/step exceeds the curvature met; the second is for convex f, and is exact
      // where the differences of values drown in rounding.
      const byValue = nextValue - value - dot(gradient, difference) <= allowed;
      const bySlope = dot(nextGradient, difference) - dot(gradient, difference) <= allowed;
      if (Number.isFinite(nextValue) && (byValue || bySlope)) break;
      step /= 2;
      if (step < 1e-300) return finish('no-progress', iterations, objective(x, nextGradient));
    }
    residual = largestMagnitude(difference) / step;
    const uphill = restartTest(difference, next, x);
    const following = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const inertia = uphill ? 0 : (momentum - 1) / following;
    momentum = uphill ? 1 : following;
    for (let i = 0; i < n; i++) y[i] = next[i] + inertia * (next[i] - x[i]);
    [x, next] = [next, x];
    if (residual <= tolerance) return finish('residual', iterations, nextValue);
    if (iterations === maxIterations) return finish('max-iterations', iterations, nextValue);
  }

  function finish(
    reason: ProximalGradientResult['reason'],
    iterations: number,
    smoothValue: number,
  ): ProximalGradientResult {
    return { x, smoothValue, residual, step, iterations, converged: reason === 'residual', reason };
  }
}

/** Whether the last move opposes the direction of descent: (y − next)·(next − x) > 0. */
function restartTest(difference: Float64Array, next: Float64Array, x: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum -= difference[i] * (next[i] - x[i]);
  return sum > 0;
}

function notFinite(value: number): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who,
    message: `the smooth part must stay finite; its value is ${value}. Scale the data or start elsewhere.`,
    details: { operation: 'objective', value },
  });
}

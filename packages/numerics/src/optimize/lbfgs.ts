import { TransferError } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { addScaled, dot, largestMagnitude } from '../internal/vector.js';
import { wolfeLineSearch, type LinePoint } from './line-search.js';

/** Gives the value at `x` and writes the gradient there into `gradient`; must not keep or change
 * `x`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Stops once the largest magnitude in the gradient is at most this. Default 1e-6. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** How many past steps describe the curvature; 5 to 20 is usual. Default 10. */
  readonly historySize?: number;
}

export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  /** Largest magnitude in the gradient at `x`. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Whether `gradientNorm` is within the tolerance. */
  readonly converged: boolean;
  /** `'no-progress'`: no step along the last direction went down, as happens at the limits of
   * float64 or with a wrong gradient. */
  readonly reason: 'gradient' | 'max-iterations' | 'no-progress';
}

const who = 'minimizeLbfgs';

/** Minimises a smooth function by limited-memory BFGS with Wolfe steps (liu1989, "On the limited
 * memory BFGS method").
 *
 * Deterministic: no randomness, and `start` is left alone. Errors: `NUMERICAL` when value or
 * gradient at `start` is not finite.
 * @example const { x } = minimizeLbfgs((x, g) => { g[0] = 2 * (x[0] - 3); return (x[0] - 3) ** 2;
 * }, Float64Array.of(0));
 */
export function minimizeLbfgs(
  objective: Objective,
  start: ArrayLike<number>,
  { tolerance = 1e-6, maxIterations = 1000, historySize = 10 }: LbfgsOptions = {},
): LbfgsResult {
  checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
  checkOption(who, 'maxIterations', maxIterations, 'integer', { atLeast: 0 });
  checkOption(who, 'historySize', historySize, 'integer', { atLeast: 1 });
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  if (!Number.isFinite(value) || !Number.isFinite(largestMagnitude(gradient))) {
    throw new TransferError({
      code: 'NUMERICAL',
      who,
      message: `value and gradient must be finite at the start; the value is ${value}. Scale the data or start elsewhere.`,
      details: { operation: 'objective', value },
    });
  }
  let trialX = new Float64Array(x.length);
  let trialGradient = new Float64Array(x.length);
  let evaluations = 1;
  let iterations = 0;
  let reason: LbfgsResult['reason'] = 'gradient';
  const history = new CurvatureHistory(x.length, historySize);

  while (largestMagnitude(gradient) > tolerance) {
    if (iterations >= maxIterations) {
      reason = 'max-iterations';
      break;
    }
    const direction = history.direction(gradient);
    const slope = dot(direction, gradient);
    const evaluate = (step: number): LinePoint => {
      for (let i = 0; i < x.length; i++) trialX[i] = x[i] + step * direction[i];
      evaluations++;
      const trialValue = objective(trialX, trialGradient);
      return { step, value: trialValue, slope: dot(direction, trialGradient) };
    };
    const firstStep = history.isEmpty ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const point = wolfeLineSearch(evaluate, { step: 0, value, slope }, firstStep);
    if (!point) {
      if (history.isEmpty) {
        reason = 'no-progress';
        break;
      }
      history.clear(); // try once more along the plain gradient
      continue;
    }
    history.add(x, trialX, gradient, trialGradient);
    [x, trialX] = [trialX, x];
    [gradient, trialGradient] = [trialGradient, gradient];
    value = point.value;
    iterations++;
  }
  return {
    x,
    value,
    gradientNorm: largestMagnitude(gradient),
    iterations,
    evaluations,
    converged: reason === 'gradient',
    reason,
  };
}

/** The last steps s and gradient changes y, and the two-loop product with the inverse Hessian they
 * describe. */
class CurvatureHistory {
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  readonly #products: number[] = []; // s·y
  readonly #direction: Float64Array;
  readonly #limit: number;

  constructor(length: number, limit: number) {
    this.#direction = new Float64Array(length);
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  clear(): void {
    this.#steps.length = this.#changes.length = this.#products.length = 0;
  }

  add(x: Float64Array, nextX: Float64Array, g: Float64Array, nextG: Float64Array): void {
    const full = this.#steps.length === this.#limit;
    const step = (full && this.#steps.shift()) || new Float64Array(x.length);
    const change = (full && this.#changes.shift()) || new Float64Array(x.length);
    if (full) this.#products.shift();
    for (let i = 0; i < x.length; i++) {
      step[i] = nextX[i] - x[i];
      change[i] = nextG[i] - g[i];
    }
    const product = dot(step, change);
    // Below this, s·y is rounding noise and would spoil the curvature estimate.
    if (!(product > Number.EPSILON * dot(change, change))) return;
    this.#steps.push(step);
    this.#changes.push(change);
    this.#products.push(product);
  }

  /** −H·gradient, in a buffer that the next call overwrites. */
  direction(gradient: Float64Array): Float64Array {
    const d = this.#direction;
    for (let i = 0; i < d.length; i++) d[i] = -gradient[i];
    const count = this.#steps.length;
    if (count === 0) return d;
    const factors = new Float64Array(count);
    for (let k = count - 1; k >= 0; k--) {
      factors[k] = dot(this.#steps[k], d) / this.#products[k];
      addScaled(d, -factors[k], this.#changes[k]);
    }
    const last = this.#changes[count - 1];
    const scale = this.#products[count - 1] / dot(last, last);
    for (let i = 0; i < d.length; i++) d[i] *= scale;
    for (let k = 0; k < count; k++) {
      const factor = dot(this.#changes[k], d) / this.#products[k];
      addScaled(d, factors[k] - factor, this.#steps[k]);
    }
    return d;
  }
}

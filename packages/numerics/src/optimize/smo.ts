import { TransferError } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { RowCache } from '../internal/row-cache.js';

/** min ½·aᵀQa + pᵀa with yᵀa = constant and 0 ≤ aᵢ ≤ Cᵢ, where Qᵢⱼ = yᵢ·yⱼ·K(sample of i, sample of
 * j). */
export interface SvmDual {
  /** Row `index` of the kernel matrix K [nSamples, nSamples]; it is kept, so it must not be changed
   * afterwards. */
  readonly kernelRow: (index: number) => Float64Array;
  /** Diagonal of K. */
  readonly kernelDiagonal: ArrayLike<number>;
  /** p, one per variable. */
  readonly linear: ArrayLike<number>;
  /** y, each 1 or −1, one per variable. */
  readonly signs: ArrayLike<number>;
  /** Cᵢ ≥ 0, one per variable; 0 holds a variable at 0. */
  readonly upper: ArrayLike<number>;
  /** The sample of each variable. Default: variable i belongs to sample i. Regression gives every
   * sample two variables. */
  readonly samples?: ArrayLike<number>;
  /** Feasible start; its yᵀa is the constant. Default all 0. */
  readonly start?: ArrayLike<number>;
}

export interface SmoOptions {
  /** Stops once the two most violating variables differ by at most this in −yᵢ·∇ᵢ. Default 1e-3. */
  readonly tolerance?: number;
  /** Steps of two variables each. Default max(10⁷, 100 · variables). */
  readonly maxIterations?: number;
  /** Memory for kernel rows. Default 100 MB. */
  readonly cacheBytes?: number;
}

export interface SmoResult {
  readonly a: Float64Array;
  /** ½·aᵀQa + pᵀa. */
  readonly objective: number;
  /** Threshold ρ of the decision function Σ yᵢ·aᵢ·K(xᵢ, ·) − ρ. */
  readonly threshold: number;
  /** Largest violation of the optimality conditions, ≤ 0 when none is left. */
  readonly kktResidual: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'optimal' | 'max-iterations' | 'no-progress';
}

const who = 'solveSvmDual';
// What a pair without curvature is given.
const leastCurvature = 1e-12;

/** Solves the dual of a support vector machine by sequential minimal optimisation: two variables at
 * a time, chosen by second-order information (fan2005, "Working set selection using second order
 * information").
 *
 * Classification: p = −1, y the labels, Cᵢ = C · weight of sample i. ε-regression: variables (a,
 * a*), y = (1, −1), p = (ε − z, ε + z), samples (0 … n − 1, 0 … n − 1). K must be positive
 * semidefinite; where a pair shows no curvature it is given 1e-12, which also keeps indefinite
 * kernels from dividing by zero.
 */
export function solveSvmDual(problem: SvmDual, options: SmoOptions = {}): SmoResult {
  return new SequentialMinimalOptimization(problem, options).solve();
}

/** State of one run. The score of variable t is −yₜ·∇ₜ: at the optimum no variable that may move
 * along +y has a higher score than one that may move along −y. */
class SequentialMinimalOptimization {
  readonly #problem: SvmDual;
  readonly #n: number;
  readonly #samples: Int32Array;
  readonly #signs: Int8Array;
  readonly #upper: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #rows: RowCache;
  readonly #a: Float64Array;
  readonly #scores: Float64Array;
  readonly #mayRise: Uint8Array; // along +y
  readonly #mayFall: Uint8Array; // along −y
  readonly #tolerance: number;
  readonly #maxIterations: number;

  constructor(problem: SvmDual, options: SmoOptions) {
    checkProblem(problem);
    const n = problem.signs.length;
    const { tolerance = 1e-3, cacheBytes = 1e8 } = options;
    const maxIterations = options.maxIterations ?? Math.max(1e7, 100 * n);
    checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
    checkOption(who, 'maxIterations', maxIterations, 'integer', { atLeast: 0 });
    checkOption(who, 'cacheBytes', cacheBytes, 'number', { atLeast: 0 });
    this.#problem = problem;
    this.#n = n;
    this.#samples = Int32Array.from(problem.samples ?? Array.from({ length: n }, (_, i) => i));
    this.#signs = Int8Array.from(problem.signs);
    this.#upper = Float64Array.from(problem.upper);
    this.#diagonal = Float64Array.from(this.#samples, (sample) => problem.kernelDiagonal[sample]);
    const length = problem.kernelDiagonal.length;
    this.#rows = new RowCache(problem.kernelRow, length, cacheBytes);
    this.#a = problem.start ? Float64Array.from(problem.start) : new Float64Array(n);
    this.#scores = Float64Array.from(problem.linear, (p, t) => -this.#signs[t] * p);
    this.#mayRise = new Uint8Array(n);
    this.#mayFall = new Uint8Array(n);
    this.#tolerance = tolerance;
    this.#maxIterations = maxIterations;
    for (let i = 0; i < n; i++) {
      this.#noteBounds(i);
      if (this.#a[i] !== 0) this.#moveScores(i, this.#a[i], i, 0);
    }
  }

  solve(): SmoResult {
    for (let iterations = 0; ; iterations++) {
      const rising = this.#highestRising();
      const { falling, residual } = this.#partnerOf(rising);
      if (residual <= this.#tolerance) return this.#result('optimal', iterations, residual);
      if (iterations >= this.#maxIterations) {
        return this.#result('max-iterations', iterations, residual);
      }
      if (falling < 0 || !this.#optimizePair(rising, falling)) {
        return this.#result('no-progress', iterations, residual);
      }
    }
  }

  #result(reason: SmoResult['reason'], iterations: number, kktResidual: number): SmoResult {
    let objective = 0;
    for (let t = 0; t < this.#n; t++) {
      const gradient = -this.#signs[t] * this.#scores[t];
      objective += (this.#a[t] * (gradient + this.#problem.linear[t])) / 2;
    }
    return {
      a: this.#a,
      objective,
      threshold: this.#threshold(),
      kktResidual,
      iterations,
      converged: reason === 'optimal',
      reason,
    };
  }

  /** The variable with the highest score among those that may rise, or −1. */
  #highestRising(): number {
    const scores = this.#scores;
    const mayRise = this.#mayRise;
    let highest = -Infinity;
    let found = -1;
    for (let t = 0; t < scores.length; t++) {
      if (mayRise[t] === 1 && scores[t] > highest) {
        highest = scores[t];
        found = t;
      }
    }
    return found;
  }

  /** The variable that may fall whose pair with `rising` promises the largest decrease, and the
   * violation left. */
  #partnerOf(rising: number): { readonly falling: number; readonly residual: number } {
    if (rising < 0) return { falling: -1, residual: 0 };
    const scores = this.#scores;
    const samples = this.#samples;
    const mayFall = this.#mayFall;
    const diagonal = this.#diagonal;
    const row = this.#rows.get(samples[rising]);
    const highest = scores[rising];
    const own = diagonal[rising];
    let lowest = Infinity;
    let largestDecrease = 0;
    let falling = -1;
    for (let t = 0; t < scores.length; t++) {
      if (mayFall[t] === 0) continue;
      const score = scores[t];
      if (score < lowest) lowest = score;
      const difference = highest - score;
      if (difference <= 0) continue;
      const curvature = own + diagonal[t] - 2 * row[samples[t]];
      const decrease =
        (difference * difference) / (curvature > leastCurvature ? curvature : leastCurvature);
      if (decrease > largestDecrease) {
        largestDecrease = decrease;
        falling = t;
      }
    }
    return { falling, residual: lowest === Infinity ? 0 : highest - lowest };
  }

  /** Moves aᵢ by yᵢ·s and aⱼ by −yⱼ·s with the best s that keeps both in their bounds; false if
   * nothing moves. */
  #optimizePair(i: number, j: number): boolean {
    const [a, y, c] = [this.#a, this.#signs, this.#upper];
    const product = this.#rows.get(this.#samples[i])[this.#samples[j]];
    const curvature = Math.max(this.#diagonal[i] + this.#diagonal[j] - 2 * product, leastCurvature);
    const best = (this.#scores[i] - this.#scores[j]) / curvature;
    const roomI = y[i] > 0 ? c[i] - a[i] : a[i];
    const roomJ = y[j] > 0 ? a[j] : c[j] - a[j];
    const step = Math.min(best, roomI, roomJ);
    const [beforeI, beforeJ] = [a[i], a[j]];
    // Bounds are met exactly, so that a variable counts as bound.
    a[i] = step === roomI ? (y[i] > 0 ? c[i] : 0) : a[i] + y[i] * step;
    a[j] = step === roomJ ? (y[j] > 0 ? 0 : c[j]) : a[j] - y[j] * step;
    if (a[i] === beforeI && a[j] === beforeJ) return false;
    this.#noteBounds(i);
    this.#noteBounds(j);
    this.#moveScores(i, a[i] - beforeI, j, a[j] - beforeJ);
    return true;
  }

  #noteBounds(t: number): void {
    const notFull = Number(this.#a[t] < this.#upper[t]);
    const notEmpty = Number(this.#a[t] > 0);
    this.#mayRise[t] = this.#signs[t] > 0 ? notFull : notEmpty;
    this.#mayFall[t] = this.#signs[t] > 0 ? notEmpty : notFull;
  }

  #moveScores(i: number, changeI: number, j: number, changeJ: number): void {
    const scores = this.#scores;
    const samples = this.#samples;
    const rowI = this.#rows.get(samples[i]);
    const rowJ = this.#rows.get(samples[j]);
    const factorI = this.#signs[i] * changeI;
    const factorJ = this.#signs[j] * changeJ;
    for (let t = 0; t < scores.length; t++) {
      const sample = samples[t];
      scores[t] -= factorI * rowI[sample] + factorJ * rowJ[sample];
    }
  }

  /** Minus the mean score of variables strictly inside their bounds, or minus the middle of what
   * the others allow. */
  #threshold(): number {
    let sum = 0;
    let count = 0;
    let highest = -Infinity;
    let lowest = Infinity;
    for (let t = 0; t < this.#n; t++) {
      const score = this.#scores[t];
      if (this.#mayRise[t] && this.#mayFall[t]) {
        sum += score;
        count++;
      } else if (this.#mayRise[t]) highest = Math.max(highest, score);
      else if (this.#mayFall[t]) lowest = Math.min(lowest, score);
    }
    if (count > 0) return -sum / count;
    if (highest === -Infinity) return lowest === Infinity ? 0 : -lowest;
    return lowest === Infinity ? -highest : -(highest + lowest) / 2;
  }
}

function checkProblem({ signs, linear, upper, samples, start }: SvmDual): void {
  const n = signs.length;
  for (const [argument, values] of Object.entries({ linear, upper, samples, start })) {
    if (!values || values.length === n) continue;
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `"${argument}" must hold ${n} values like "signs"; received ${values.length}.`,
      details: { argument, expected: n, received: values.length },
    });
  }
  for (let i = 0; i < n; i++) {
    const from = start ? start[i] : 0;
    const fine = Math.abs(signs[i]) === 1 && upper[i] >= 0 && from >= 0 && from <= upper[i];
    if (fine) continue;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `variable ${i} needs a sign of 1 or -1 and a start between 0 and its upper bound; received sign ${signs[i]}, start ${from}, upper bound ${upper[i]}.`,
      details: { option: 'start', index: i },
    });
  }
}

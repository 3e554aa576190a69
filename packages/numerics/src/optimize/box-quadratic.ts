import { denseMatrix, TransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { dot, largestMagnitude } from '../internal/vector.js';
import { FaceDescent } from './face-descent.js';
import { InteriorPoint, type InteriorProblem } from './interior-point.js';

const who = 'minimizeBoxQuadratic';
/** Cholesky factors of the whole P the interior-point method takes, roughly. */
const interiorWork = 10;

/** min ½·xᵀ·P·x + qᵀ·x with lower ≤ x ≤ upper and, if given, sum.lower ≤ Σ x ≤ sum.upper. */
export interface BoxQuadratic {
  /** P [n, n], symmetric positive semidefinite; read from its lower triangle. That it is
   * semidefinite is noticed only where a step fails without it: for another P the result may be a
   * stationary point that is no minimum. */
  readonly quadratic: DenseMatrix;
  /** q, of length n. */
  readonly linear: ArrayLike<number>;
  /** One bound for all or one for each; −∞ leaves a side open. */
  readonly lower: number | ArrayLike<number>;
  readonly upper: number | ArrayLike<number>;
  /** Band for the sum of all entries; equal ends fix it. */
  readonly sum?: { readonly lower: number; readonly upper: number };
}

export interface BoxQuadraticOptions {
  /** Stops once `kktResidual` is at most this. Default 1e-9. */
  readonly tolerance?: number;
  /** Steps of the interior-point method; ten times as many faces may be tried before. Default 100. */
  readonly maxIterations?: number;
  /** `faces` (default) tries those first, `interior-point` does not. Where P is singular there are
   * many minima: faces end in one with few entries off their bounds, the interior-point method in
   * the middle of all. */
  readonly method?: 'faces' | 'interior-point';
}

export interface BoxQuadraticResult {
  readonly x: Float64Array;
  readonly objective: number;
  /** The largest of: duality gap / (1 + |objective|), what is left of stationarity / (1 + max |q|),
   * and the error of the sum / (1 + |sum|). */
  readonly kktResidual: number;
  /** Multiplier of the sum: P·x + q + multiplier is ≥ 0 where x is at its lower bound, ≤ 0 at its
   * upper, 0 between. */
  readonly sumMultiplier: number;
  /** What had to be added to the diagonal of P, relative to its largest entry, for a step to exist;
   * 0 is usual. */
  readonly regularizationUsed: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: 'optimal' | 'max-iterations' | 'no-progress';
}

/** Solves a convex quadratic programme with bounds and one band for the sum.
 *
 * Where the sum is not fixed, steps along faces of the box come first ({@link FaceDescent}): they
 * factorise the free part of P alone and end with entries exactly on their bounds. Where the band
 * turns out to hold, or the faces take more work than the alternative, Mehrotra's
 * predictor-corrector interior-point method does it (mehrotra1992; nocedal2006, 16.6): one Cholesky
 * factor of P + D for each of 10 to 30 steps. Its entries keep a distance from their bounds of about
 * the tolerance. Entries whose bounds coincide are taken out first.
 * Errors: `INVALID_OPTION` for bounds that nothing can meet, `SHAPE_MISMATCH`, `NUMERICAL` when P
 * shows itself indefinite.
 * @example kernel mean matching: quadratic K, linear −κ, lower 0, upper B, sum { lower: n·(1 − ε),
 * upper: n·(1 + ε) }.
 */
export function minimizeBoxQuadratic(
  linalg: LinearAlgebra,
  problem: BoxQuadratic,
  { tolerance = 1e-9, maxIterations = 100, method = 'faces' }: BoxQuadraticOptions = {},
): BoxQuadraticResult {
  checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
  checkOption(who, 'maxIterations', maxIterations, 'integer', { atLeast: 0 });
  const options = { tolerance, maxIterations, method };
  const full = readProblem(problem);
  const n = full.linear.length;
  const corner = cornerOf(full);
  const fixed = corner ?? full.lower;
  const free: number[] = [];
  for (let i = 0; i < n; i++) if (!corner && full.lower[i] < full.upper[i]) free.push(i);
  if (free.length === n && n > 0) return solve(linalg, full, options);
  const x = fixed.slice(0, n);
  if (free.length === 0) return onlyPoint(full, x, corner);
  const result = solve(linalg, withoutFixed(full, x, free), options);
  free.forEach((i, k) => {
    x[i] = result.x[k];
  });
  return { ...result, x, objective: objectiveAt(full, x) };
}

function solve(
  linalg: LinearAlgebra,
  problem: InteriorProblem,
  options: Required<BoxQuadraticOptions>,
): BoxQuadraticResult {
  const onFaces = options.method === 'faces' ? byFaces(linalg, problem, options) : undefined;
  return onFaces ?? new InteriorPoint(linalg, problem).solve(options);
}

/** The minimum without the band, if faces lead to it before they cost as much as the interior-point
 * method would, and if it lies in the band. */
function byFaces(
  linalg: LinearAlgebra,
  { quadratic, linear, lower, upper }: InteriorProblem,
  { tolerance, maxIterations }: Required<BoxQuadraticOptions>,
): BoxQuadraticResult | undefined {
  const n = linear.length;
  if (lower[n] === upper[n]) return undefined;
  const rows = {
    size: n,
    row: (i: number) => quadratic.data.subarray(i * n, i * n + i + 1),
  };
  const box = { lower: lower.subarray(0, n), upper: upper.subarray(0, n) };
  const descent = new FaceDescent(linalg, { quadratic: rows, linear, ...box });
  const scale = 1 + largestMagnitude(linear);
  const most = Math.min(10 * maxIterations, 20 + n / 2);
  let state = 'moving';
  while (state === 'moving') {
    if (descent.faces >= most || descent.work > interiorWork * n ** 3) break;
    state = descent.advance(tolerance * scale);
  }
  const { x, gradient, residual, faces } = descent;
  const total = x.reduce((sum, value) => sum + value, 0);
  if (state !== 'optimal' || !(total >= lower[n] && total <= upper[n])) return undefined;
  return {
    x,
    objective: (dot(x, gradient) + dot(x, linear)) / 2,
    kktResidual: residual / scale,
    sumMultiplier: 0,
    regularizationUsed: 0,
    iterations: faces,
    converged: true,
    reason: 'optimal',
  };
}

function readProblem({ quadratic, linear, lower, upper, sum }: BoxQuadratic): InteriorProblem {
  const n = linear.length;
  const bound = (given: number | ArrayLike<number>, last: number, name: string): Float64Array => {
    const values = typeof given === 'number' ? new Float64Array(n).fill(given) : given;
    if (values.length !== n) throw wrongLength(name, n, values.length);
    return Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? values[i] : last));
  };
  if (quadratic.rows !== n || quadratic.columns !== n) {
    throw wrongLength('quadratic', n, [quadratic.rows, quadratic.columns]);
  }
  const result = {
    quadratic,
    linear: Float64Array.from(linear),
    lower: bound(lower, sum?.lower ?? -Infinity, 'lower'),
    upper: bound(upper, sum?.upper ?? Infinity, 'upper'),
  };
  checkBounds(result);
  return result;
}

function checkBounds({ lower, upper }: InteriorProblem): void {
  const n = lower.length - 1;
  let least = 0;
  let most = 0;
  for (let i = 0; i <= n; i++) {
    if (!(lower[i] <= upper[i]) || lower[i] === Infinity || upper[i] === -Infinity) {
      throw impossible(
        `${i < n ? `entry ${i}` : 'the sum'} must lie between ${lower[i]} and ${upper[i]}`,
        i,
      );
    }
    if (i === n) continue;
    least += lower[i];
    most += upper[i];
  }
  // Sums of bounds carry rounding errors of this size.
  const slack = 4 * (n + 1) * Number.EPSILON;
  if (least - slack * Math.abs(least) > upper[n] || most + slack * Math.abs(most) < lower[n]) {
    throw impossible(
      `the sum must lie between ${lower[n]} and ${upper[n]}, but the bounds allow ${least} to ${most}`,
      n,
    );
  }
}

/** The only feasible point when the band of the sum is met by all-lower or all-upper entries
 * alone. */
function cornerOf({ lower, upper }: InteriorProblem): Float64Array | undefined {
  const n = lower.length - 1;
  const slack = 4 * (n + 1) * Number.EPSILON;
  const total = (bounds: Float64Array): number => bounds.subarray(0, n).reduce((a, b) => a + b, 0);
  const least = total(lower);
  if (upper[n] <= least + slack * Math.abs(least)) return lower;
  const most = total(upper);
  return lower[n] >= most - slack * Math.abs(most) ? upper : undefined;
}

/** The problem in the free entries alone: the fixed ones move into the linear term and the sum. */
function withoutFixed(
  { quadratic, linear, lower, upper }: InteriorProblem,
  x: Float64Array,
  free: readonly number[],
): InteriorProblem {
  const n = linear.length;
  const m = free.length;
  const entry = (i: number, j: number): number =>
    i >= j ? quadratic.data[i * n + j] : quadratic.data[j * n + i];
  const part = denseMatrix(m, m);
  const shifted = new Float64Array(m);
  const isFree = new Uint8Array(n);
  for (const i of free) isFree[i] = 1;
  let share = 0;
  for (let j = 0; j < n; j++) if (!isFree[j]) share += x[j];
  free.forEach((i, k) => {
    shifted[k] = linear[i];
    for (let j = 0; j < n; j++) if (!isFree[j]) shifted[k] += entry(i, j) * x[j];
    free.forEach((j, l) => {
      part.data[k * m + l] = entry(i, j);
    });
  });
  const pick = (bounds: Float64Array): Float64Array =>
    Float64Array.from([...free.map((i) => bounds[i]), bounds[n] - share]);
  return { quadratic: part, linear: shifted, lower: pick(lower), upper: pick(upper) };
}

/** The result where there is nothing to choose. */
function onlyPoint(
  problem: InteriorProblem,
  x: Float64Array,
  corner: Float64Array | undefined,
): BoxQuadraticResult {
  const gradient = gradientAt(problem, x);
  let sumMultiplier = 0;
  if (corner) {
    // Lower bounds push up and upper bounds down: the multiplier that lets all of them do so.
    const atLower = corner === problem.lower;
    for (let i = 0; i < x.length; i++) {
      if (problem.lower[i] === problem.upper[i]) continue;
      sumMultiplier = atLower
        ? Math.max(sumMultiplier, -gradient[i])
        : Math.min(sumMultiplier, -gradient[i]);
    }
  }
  return {
    x,
    objective: objectiveAt(problem, x),
    kktResidual: 0,
    sumMultiplier,
    regularizationUsed: 0,
    iterations: 0,
    converged: true,
    reason: 'optimal',
  };
}

function objectiveAt(problem: InteriorProblem, x: Float64Array): number {
  const gradient = gradientAt(problem, x);
  return x.reduce((sum, value, i) => sum + (value * (gradient[i] + problem.linear[i])) / 2, 0);
}

function gradientAt({ quadratic, linear }: InteriorProblem, x: Float64Array): Float64Array {
  const n = x.length;
  const gradient = linear.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      gradient[i] += quadratic.data[i * n + j] * x[j];
      gradient[j] += quadratic.data[i * n + j] * x[i];
    }
    gradient[i] += quadratic.data[i * n + i] * x[i];
  }
  return gradient;
}

function wrongLength(argument: string, expected: number, received: unknown): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}" must be of size ${expected} like "linear"; received ${String(received)}.`,
    details: { argument, expected, received },
  });
}

function impossible(what: string, index: number): TransferError {
  return new TransferError({
    code: 'INVALID_OPTION',
    who,
    message: `no point meets the bounds: ${what}. Widen them.`,
    details: { option: 'bounds', index },
  });
}

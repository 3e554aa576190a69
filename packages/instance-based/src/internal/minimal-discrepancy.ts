import { type DenseMatrix, denseMatrix, isTransferError, type LinearAlgebra } from '@graft-ml/core';
import { combine, formsOf, type Side, sideOf, traceOfProduct } from './spectral-cone.js';

export interface MinimalDiscrepancy {
  /** Of sum 1. */
  readonly weights: Float64Array;
  /** ‖Σ wᵢ·xᵢ·xᵢᵀ − M‖₂. */
  readonly discrepancy: number;
  /** What no weights can get below. */
  readonly lowerBound: number;
  readonly iterations: number;
  readonly reason: 'optimal' | 'max-iterations' | 'no-progress';
}

/** Weights w with multipliers z, a bound t with S₁ = tI − A(w), S₂ = tI + A(w) and multipliers Y₁, Y₂, and ν of Σ w = 1. */
interface Point {
  readonly w: Float64Array;
  readonly z: Float64Array;
  readonly t: number;
  readonly nu: number;
  readonly sides: readonly [Side, Side];
}

/** A change of every unknown; dS₁ = dt·I − dA, dS₂ = dt·I + dA. */
interface Step {
  readonly dw: Float64Array;
  readonly dz: Float64Array;
  readonly dt: number;
  readonly dNu: number;
  readonly dS: readonly [DenseMatrix, DenseMatrix];
  readonly dY: readonly [DenseMatrix, DenseMatrix];
}

/** Minimises ‖A(w)‖₂, A(w) = Σ wᵢ·xᵢ·xᵢᵀ − M, over w ≥ 0 with Σ w = 1: a semidefinite programme.
 *
 * Primal     min t  with S₁ = tI − A ⪰ 0, S₂ = tI + A ⪰ 0
 * Dual       max minᵢ xᵢᵀ·U·xᵢ − ⟨U, M⟩  over U = Y₁ − Y₂, Y₁ ⪰ 0, Y₂ ⪰ 0, tr Y₁ + tr Y₂ = 1: every U bounds the minimum from below
 * Solved by  Mehrotra's predictor and corrector in the direction of helmberg1996; a step factorises one n × n matrix
 * Scale      the largest eigenvalue of M and of the mean of xᵢ·xᵢᵀ are to be around 1 or below.
 */
export async function minimizeDiscrepancy(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  moment: DenseMatrix,
  { tolerance, maxIterations }: { readonly tolerance: number; readonly maxIterations: number },
  onIteration: (done: number) => Promise<void>,
): Promise<MinimalDiscrepancy> {
  const { rows: n, columns: d } = x;
  const order = n + 2 * d;
  let point = startingPoint(linearAlgebra, x, moment);
  let best = { weights: point.w, discrepancy: Infinity };
  let lowerBound = 0;
  for (let iterations = 0; ; iterations++) {
    const discrepancy = point.t - Math.min(point.sides[0].least, point.sides[1].least);
    if (discrepancy < best.discrepancy) best = { weights: point.w, discrepancy };
    lowerBound = Math.max(lowerBound, boundAt(linearAlgebra, x, moment, point));
    const optimal = best.discrepancy - lowerBound <= tolerance;
    const next =
      optimal || iterations === maxIterations
        ? undefined
        : advance(linearAlgebra, x, moment, point, order);
    if (!next) {
      const reason = optimal
        ? 'optimal'
        : iterations === maxIterations
          ? 'max-iterations'
          : 'no-progress';
      return { ...best, lowerBound, iterations, reason };
    }
    point = next;
    await onIteration(iterations + 1);
  }
}

/** Equal weights, and everything else on the central path as far as that can be had for nothing. */
function startingPoint(linearAlgebra: LinearAlgebra, x: DenseMatrix, moment: DenseMatrix): Point {
  const { rows: n, columns: d } = x;
  const w = new Float64Array(n).fill(1 / n);
  const a = combine(1, weightedProduct(linearAlgebra, x, w), -1, moment);
  const t =
    1 + linearAlgebra.eigenSymmetric(a).values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const y = scaledIdentity(d, 1 / (2 * d));
  const sides = [
    sideOf(linearAlgebra, shifted(t, -1, a), y),
    sideOf(linearAlgebra, shifted(t, 1, a), y),
  ] as const;
  // w·z = ⟨S, Y⟩ / d: all pairs start at one product.
  const mu = t / (2 * d);
  return { w, z: w.map((value) => mu / value), t, nu: 0, sides };
}

/** One step of predictor and corrector; absent where rounding leaves no way on. */
function advance(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  moment: DenseMatrix,
  point: Point,
  order: number,
): Point | undefined {
  const { w, z, sides } = point;
  const mu = complementarity(w, z, sides[0], sides[1]) / order;
  try {
    const solve = newtonSystem(linearAlgebra, x, point);
    const predictor = solve(0);
    const [reach, dualReach] = stepLengths(linearAlgebra, point, predictor, 1);
    const after = complementarityAfter(point, predictor, reach, dualReach) / order;
    const sigma = Math.min(1, (after / mu) ** 3);
    const corrector = solve(sigma * mu, predictor);
    const [primal, dual] = stepLengths(linearAlgebra, point, corrector, 0.95);
    if (!(primal > 1e-8)) return undefined;
    const moved = w.map((value, i) => value + primal * corrector.dw[i]);
    const total = moved.reduce((sum, value) => sum + value, 0);
    const weights = moved.map((value) => value / total);
    const t = point.t + primal * corrector.dt;
    const a = combine(1, weightedProduct(linearAlgebra, x, weights), -1, moment);
    const y = sides.map((side, k) => combine(1, side.y, dual, corrector.dY[k]));
    return {
      w: weights,
      z: z.map((value, i) => value + dual * corrector.dz[i]),
      t,
      nu: point.nu + dual * corrector.dNu,
      sides: [
        sideOf(linearAlgebra, shifted(t, -1, a), y[0]),
        sideOf(linearAlgebra, shifted(t, 1, a), y[1]),
      ],
    };
  } catch (error) {
    // A factor that rounding has made indefinite ends the search; the gap reached says how good the weights are.
    if (isTransferError(error, 'NUMERICAL')) return undefined;
    throw error;
  }
}

/** Solves the linearised conditions for S·Y = target·I, w·z = target; with a predictor, second-order terms of it enter.
 *
 * Gₖ = (x·Yₖ·xᵀ)∘(x·Sₖ⁻¹·xᵀ),  hₖ = diag(x·Yₖ·Sₖ⁻¹·xᵀ),  K = G₁ + G₂ + diag(z/w)
 *   K·dw − (h₁ − h₂)·dt + dν = r,   (h₁ − h₂)ᵀ·dw − (tr Y₁S₁⁻¹ + tr Y₂S₂⁻¹)·dt = r_t,   Σ dw = 0
 */
function newtonSystem(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  { w, z, nu, sides }: Point,
): (target: number, predictor?: Step) => Step {
  const { rows: n, columns: d } = x;
  const system = denseMatrix(n, n);
  const h = new Float64Array(n);
  let trace = 0;
  for (const [k, { y, inverse }] of sides.entries()) {
    const xy = linearAlgebra.multiply(x, y);
    const xInverse = linearAlgebra.multiply(x, inverse);
    const left = linearAlgebra.multiply(xy, x, { transposeB: true }).data;
    const right = linearAlgebra.multiply(xInverse, x, { transposeB: true }).data;
    for (let p = 0; p < left.length; p++) system.data[p] += left[p] * right[p];
    const sign = k === 0 ? 1 : -1;
    for (let i = 0, p = 0; i < n; i++)
      for (let j = 0; j < d; j++, p++) h[i] += sign * xy.data[p] * xInverse.data[p];
    trace += traceOfProduct(y, inverse);
  }
  // Unknowns dw/√(w/z): what is factorised has no eigenvalue below 1.
  const roots = w.map((value, i) => Math.sqrt(value / z[i]));
  for (let i = 0, p = 0; i < n; i++) {
    for (let j = 0; j < n; j++, p++) system.data[p] *= roots[i] * roots[j];
    system.data[i * n + i] += 1;
  }
  const lower = linearAlgebra.cholesky(system);
  const inverseTimes = (values: Float64Array): Float64Array => {
    const scaled = denseMatrix(
      n,
      1,
      values.map((value, i) => value * roots[i]),
    );
    const half = linearAlgebra.solveTriangular(lower, scaled);
    const { data } = linearAlgebra.solveTriangular(lower, half, { transpose: true });
    return data.map((value, i) => value * roots[i]);
  };
  const alongH = inverseTimes(h);
  const alongOne = inverseTimes(new Float64Array(n).fill(1));
  return (target, predictor) => {
    const products =
      predictor && sides.map(({ inverse }, k) => secondOrder(linearAlgebra, predictor, k, inverse));
    const forms = sides.map(({ inverse }, k) =>
      formsOf(
        linearAlgebra,
        x,
        products ? combine(target, inverse, -1, products[k]) : combine(target, inverse, 0, inverse),
      ),
    );
    const bend = w.map((value, i) => (predictor ? (predictor.dw[i] * predictor.dz[i]) / value : 0));
    const r = w.map((value, i) => target / value - bend[i] - nu - forms[0][i] + forms[1][i]);
    const traces = sides.map(
      ({ inverse }, k) => target * traceOf(inverse) - (products ? traceOf(products[k]) : 0),
    );
    const rt = 1 - traces[0] - traces[1];
    const base = inverseTimes(r);
    // dw = base + alongH·dt − alongOne·dν; the last two equations give dt and dν.
    const [a, b, e] = [dot(h, alongH) - trace, -dot(h, alongOne), rt - dot(h, base)];
    const [c, f, g] = [sum(alongH), -sum(alongOne), -sum(base)];
    const determinant = a * f - b * c;
    const dt = (e * f - b * g) / determinant;
    const dNu = (a * g - e * c) / determinant;
    const dw = base.map((value, i) => value + alongH[i] * dt - alongOne[i] * dNu);
    const dA = weightedProduct(linearAlgebra, x, dw);
    const dS = [shifted(dt, -1, dA), shifted(dt, 1, dA)] as const;
    const dY = sides.map(({ y, inverse }, k) => {
      const product = linearAlgebra.multiply(linearAlgebra.multiply(y, dS[k]), inverse);
      const away = combine(target, inverse, -1, y);
      const bent = products ? combine(1, away, -1, products[k]) : away;
      return combine(1, bent, -1, symmetricPart(product));
    });
    const dz = z.map((value, i) => target / w[i] - bend[i] - value - (value * dw[i]) / w[i]);
    return { dw, dz, dt, dNu, dS, dY: [dY[0], dY[1]] };
  };
}

/** The symmetric part of dY·dS·S⁻¹. */
function secondOrder(
  linearAlgebra: LinearAlgebra,
  { dY, dS }: Step,
  k: number,
  inverse: DenseMatrix,
): DenseMatrix {
  return symmetricPart(linearAlgebra.multiply(linearAlgebra.multiply(dY[k], dS[k]), inverse));
}

/** How far the primal and the dual unknowns may go, 1 at most, with `share` of the way to the boundary. */
function stepLengths(
  linearAlgebra: LinearAlgebra,
  { w, z, sides }: Point,
  { dw, dz, dS, dY }: Step,
  share: number,
): readonly [number, number] {
  let [primal, dual] = [roomFor(w, dw), roomFor(z, dz)];
  for (const [k, side] of sides.entries()) {
    primal = Math.min(primal, side.roomForSlack(linearAlgebra, dS[k]));
    dual = Math.min(dual, side.roomForMultiplier(linearAlgebra, dY[k]));
  }
  return [Math.min(1, share * primal), Math.min(1, share * dual)];
}

/** The largest step with value + step·change ≥ 0. */
function roomFor(values: Float64Array, change: Float64Array): number {
  let room = Infinity;
  for (let i = 0; i < values.length; i++)
    if (change[i] < 0) room = Math.min(room, -values[i] / change[i]);
  return room;
}

/** minᵢ xᵢᵀ·U·xᵢ − ⟨U, M⟩ for U = (Y₁ − Y₂) / (tr Y₁ + tr Y₂). */
function boundAt(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  moment: DenseMatrix,
  { sides: [one, two] }: Point,
): number {
  const scale = 1 / (traceOf(one.y) + traceOf(two.y));
  const u = combine(scale, one.y, -scale, two.y);
  let least = Infinity;
  for (const form of formsOf(linearAlgebra, x, u)) least = Math.min(least, form);
  return least - traceOfProduct(u, moment);
}

function complementarity(w: Float64Array, z: Float64Array, one: Side, two: Side): number {
  return dot(w, z) + traceOfProduct(one.y, one.slack) + traceOfProduct(two.y, two.slack);
}

function complementarityAfter(
  { w, z, sides }: Point,
  { dw, dz, dS, dY }: Step,
  primal: number,
  dual: number,
): number {
  let total = 0;
  for (let i = 0; i < w.length; i++) total += (w[i] + primal * dw[i]) * (z[i] + dual * dz[i]);
  for (const [k, { y, slack }] of sides.entries())
    total += traceOfProduct(combine(1, y, dual, dY[k]), combine(1, slack, primal, dS[k]));
  return total;
}

/** Σ wᵢ·xᵢ·xᵢᵀ, symmetric. */
function weightedProduct(
  linearAlgebra: LinearAlgebra,
  x: DenseMatrix,
  w: Float64Array,
): DenseMatrix {
  const { rows, columns } = x;
  const scaled = denseMatrix(
    rows,
    columns,
    x.data.map((value, p) => value * w[Math.floor(p / columns)]),
  );
  return symmetricPart(linearAlgebra.multiply(scaled, x, { transposeA: true }));
}

/** t·I + sign·A. */
function shifted(t: number, sign: number, a: DenseMatrix): DenseMatrix {
  const data = a.data.map((value) => sign * value);
  for (let j = 0; j < a.rows; j++) data[j * a.rows + j] += t;
  return denseMatrix(a.rows, a.rows, data);
}

function scaledIdentity(size: number, value: number): DenseMatrix {
  return shifted(value, 1, denseMatrix(size, size));
}

function symmetricPart({ rows, data }: DenseMatrix): DenseMatrix {
  return denseMatrix(
    rows,
    rows,
    data.map((value, p) => (value + data[(p % rows) * rows + Math.floor(p / rows)]) / 2),
  );
}

function traceOf({ rows, data }: DenseMatrix): number {
  let total = 0;
  for (let j = 0; j < rows; j++) total += data[j * rows + j];
  return total;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

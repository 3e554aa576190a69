import { denseMatrix, isTransferError, type LinearAlgebra } from '@graft-ml/core';
import { FaceDescent, minimizeBoxQuadratic } from '@graft-ml/numerics';
import type { PackedKernel } from './packed-kernel.js';
import { type PartialFactor, partialFactor, preconditioned } from './preconditioned-kernel.js';

/** min ½·bᵀ·K·b − linearᵀ·b over 0 ≤ bᵢ ≤ upper and |Σb − n| ≤ slack, for a positive semidefinite K. */
export interface MatchingProgram {
  readonly kernel: PackedKernel;
  readonly linear: Float64Array;
  /** Above 1. */
  readonly upper: number;
  /** Above 0 and at most n. */
  readonly slack: number;
}

export interface MatchingSolution {
  readonly b: Float64Array;
  readonly objective: number;
  /** Largest |b − P(b − G)|, G the gradient of the Lagrangian and P the projection on [0, upper]; 0 at the minimum. */
  readonly kktResidual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface MatchingLimits {
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Up to so many rows it is the dense solver that takes over. Default 1000, about where it stops being the quicker one. */
  readonly denseRows?: number;
}

/** What a partial factor leaves of the diagonal, relative to its largest entry, below which K counts as flat. */
const flat = 1e-9;

/** How much of ½‖b − 1‖² is added where K is flat. */
const pullToOne = 1e-7;

/** Solves the programme.
 *
 * Without the band first, on faces of the box: most weights end on a bound, and only the part of K between the others is
 * factorised. Where K is flat minima are many, and the middle of them, which shares the weight among more rows, is the better
 * one: there, where the band holds, and where the faces come to no end, an interior point method does it. That is the dense
 * one for few rows, and for many one that needs products with K alone.
 */
export async function solveMatching(
  program: MatchingProgram,
  linearAlgebra: LinearAlgebra,
  limits: MatchingLimits,
  onStep: (done: number) => Promise<void>,
): Promise<MatchingSolution> {
  const { kernel, linear, upper, slack } = program;
  const n = kernel.rows;
  const b = new Float64Array(n).fill(1);
  if (residualAt(program, b, 0) <= limits.tolerance) {
    return described(program, { b, shift: 0, iterations: 0 }, limits.tolerance);
  }
  const factor = partialFactor(kernel);
  let faces = 0;
  if (factor.rest.some((value, i) => value > flat * kernel.row(i)[i])) {
    const descent = await descendFaces(program, linearAlgebra, limits, onStep);
    faces = descent.faces;
    const isDone = descent.residual <= limits.tolerance && Math.abs(total(descent.x) - n) <= slack;
    if (isDone || faces === limits.maxIterations) {
      return described(program, { b: descent.x, shift: 0, iterations: faces }, limits.tolerance);
    }
  }
  const left = limits.maxIterations - faces;
  if (n <= (limits.denseRows ?? 1000)) {
    const dense = kernel.toDense();
    const attempt = (pull: number, tolerance: number): MatchingSolution | undefined => {
      const quadratic = denseMatrix(n, n, dense.data.slice());
      for (let i = 0; i < n; i++) quadratic.data[i * (n + 1)] += pull;
      const problem = {
        quadratic,
        linear: linear.map((value) => -value - pull),
        ...{ lower: 0, upper, sum: { lower: n - slack, upper: n + slack } },
      };
      const maxIterations = Math.min(left, 40);
      try {
        const options = { tolerance, maxIterations, method: 'interior-point' } as const;
        const end = minimizeBoxQuadratic(linearAlgebra, problem, options);
        const iterations = faces + end.iterations;
        const found = { b: end.x, shift: -end.sumMultiplier, iterations };
        return described(program, found, limits.tolerance);
      } catch (error) {
        // So near the end that a slack rounds to 0; the method below keeps its distance.
        if (isTransferError(error, 'NUMERICAL')) return undefined;
        throw error;
      }
    };
    const even = attempt(pullToOne, 1e-13);
    if (even?.converged) return even;
    const first = attempt(0, 1e-13);
    if (first?.converged) return first;
    // Where a weight and its multiplier both vanish, the residual is the root of the gap that the solver measures.
    const second = attempt(0, 1e-15);
    if (second) return second;
  }
  const interior = { ...limits, maxIterations: left };
  const end = await interiorPoint(program, factor, linearAlgebra, interior, (done) =>
    onStep(faces + done),
  );
  return described(program, { ...end, iterations: faces + end.iterations }, limits.tolerance);
}

/** The descent without the band, ended at half the tolerance or after about as much work as would do otherwise. */
async function descendFaces(
  { kernel, linear, upper }: MatchingProgram,
  linearAlgebra: LinearAlgebra,
  { tolerance, maxIterations }: MatchingLimits,
  onStep: (done: number) => Promise<void>,
): Promise<FaceDescent> {
  const n = kernel.rows;
  const descent = new FaceDescent(linearAlgebra, {
    quadratic: { size: n, row: (i) => kernel.row(i) },
    linear: linear.map((value) => -value),
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(upper),
  });
  const most = Math.min(maxIterations, 20 + n / 2);
  while (descent.faces < most && descent.advance(tolerance / 2) === 'moving') {
    await onStep(descent.faces);
  }
  return descent;
}

interface End {
  readonly b: Float64Array;
  /** Multiplier of the band: the gradient of the Lagrangian is K·b − linear − shift. */
  readonly shift: number;
  readonly iterations: number;
}

/** Measures the end anew, from K·b itself: sums carried along an iteration drift. */
function described(program: MatchingProgram, end: End, tolerance: number): MatchingSolution {
  const { kernel, linear } = program;
  const { b, shift, iterations } = end;
  const product = new Float64Array(b.length);
  kernel.multiply(b, product);
  let objective = 0;
  for (let i = 0; i < b.length; i++) objective += b[i] * (0.5 * product[i] - linear[i]);
  const kktResidual = residualAt(program, b, shift);
  return {
    b,
    objective,
    kktResidual,
    iterations,
    converged: kktResidual <= tolerance,
  };
}

function residualAt(program: MatchingProgram, b: Float64Array, shift: number): number {
  const { kernel, linear, upper, slack } = program;
  const g = new Float64Array(b.length);
  kernel.multiply(b, g);
  for (let i = 0; i < b.length; i++) g[i] -= linear[i];
  const distance = slack - Math.abs(total(b) - b.length);
  return Math.max(
    naturalResidual(b, g, upper, shift),
    Math.min(Math.abs(shift), Math.max(0, distance)),
    -distance,
  );
}

/** A primal-dual interior point method (mehrotra1992) from b = 1.
 *
 * Each step solves (K + D)·db = rhs, D diagonal, by conjugate gradients preconditioned with a pivoted Cholesky factor of
 * K: K itself is never factorised. It copes with kernels so wide that K is singular to rounding.
 */
async function interiorPoint(
  { kernel, linear, upper, slack }: MatchingProgram,
  factor: PartialFactor,
  linearAlgebra: LinearAlgebra,
  { tolerance, maxIterations }: MatchingLimits,
  onStep: (done: number) => Promise<void>,
): Promise<End> {
  const n = kernel.rows;
  const b = new Float64Array(n).fill(1);
  const g = new Float64Array(n);
  kernel.multiply(b, g);
  let scale = 0;
  for (let i = 0; i < n; i++) {
    g[i] -= linear[i];
    scale += Math.abs(g[i]) / n;
  }
  // Every product of a bound's distance and its multiplier starts at the same height.
  const z = new Float64Array(n).fill(scale);
  const v = new Float64Array(n).fill(scale / (upper - 1));
  let p = scale / slack;
  let q = scale / slack;
  // Kept by their own increments: near the band's edge a difference of sums has no digits left.
  const room = new Float64Array(n).fill(upper - 1);
  let below = slack;
  let above = slack;
  const step = new Float64Array(n);
  const kernelStep = new Float64Array(n);
  const right = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const ones = new Float64Array(n).fill(1);
  const bandStep = new Float64Array(n);
  const bandKernelStep = new Float64Array(n);
  const dz = new Float64Array(n);
  const dv = new Float64Array(n);
  let iterations = 0;
  let residual = Infinity;
  let shift = 0;

  while (iterations < maxIterations) {
    const rho = p / below + q / above;
    let gap = p * below + q * above;
    for (let i = 0; i < n; i++) {
      gap += b[i] * z[i] + room[i] * v[i];
      diagonal[i] = z[i] / b[i] + v[i] / room[i];
    }
    const mu = gap / (2 * n + 2);
    // Beyond rounding: what is left does not come from complementarity, and no step would mend it.
    if (mu < 1e-9 * tolerance * tolerance) break;
    const solve = preconditioned(kernel, factor, linearAlgebra, diagonal);
    solve(ones, bandStep, bandKernelStep, 1e-3 * tolerance);
    const bandSum = total(bandStep);

    // The affine step heads straight for complementarity; how far it gets tells how much to centre, and its own
    // second-order error is corrected in the step taken.
    let stepSum = 0;
    let dp = 0;
    let dq = 0;
    let centre = 0;
    let length = 0;
    for (const corrected of [false, true]) {
      const cp = centre - (corrected ? stepSum * dp : 0);
      const cq = centre + (corrected ? stepSum * dq : 0);
      const pull = cp / below - cq / above;
      for (let i = 0; i < n; i++) {
        const cz = centre - (corrected ? step[i] * dz[i] : 0);
        const cv = centre + (corrected ? step[i] * dv[i] : 0);
        right[i] = cz / b[i] - cv / room[i] + pull - g[i];
        dz[i] = cz / b[i] - z[i];
        dv[i] = cv / room[i] - v[i];
      }
      solve(right, step, kernelStep, corrected ? 0.05 * tolerance : Infinity);
      // Sherman and Morrison for the band: inside the iteration, a large rho would drown everything else.
      stepSum = total(step) / (1 + rho * bandSum);
      for (let i = 0; i < n; i++) {
        step[i] -= rho * stepSum * bandStep[i];
        kernelStep[i] -= rho * stepSum * bandKernelStep[i];
      }
      dp = cp / below - p - (p / below) * stepSum;
      dq = cq / above - q + (q / above) * stepSum;
      length = Math.min(reach(below, stepSum), reach(above, -stepSum), reach(p, dp), reach(q, dq));
      for (let i = 0; i < n; i++) {
        dz[i] -= (z[i] / b[i]) * step[i];
        dv[i] += (v[i] / room[i]) * step[i];
        length = Math.min(
          length,
          reach(b[i], step[i]),
          reach(room[i], -step[i]),
          reach(z[i], dz[i]),
          reach(v[i], dv[i]),
        );
      }
      if (corrected) break;
      const affine = Math.min(1, length);
      let left = (p + affine * dp) * (below + affine * stepSum);
      left += (q + affine * dq) * (above - affine * stepSum);
      for (let i = 0; i < n; i++) {
        left += (b[i] + affine * step[i]) * (z[i] + affine * dz[i]);
        left += (room[i] - affine * step[i]) * (v[i] + affine * dv[i]);
      }
      centre = (left / gap) ** 3 * mu;
    }
    // One length for b and the multipliers: the gradient moves with b, and other lengths would undo stationarity.
    const taken = Math.min(1, 0.995 * length);
    for (let i = 0; i < n; i++) {
      b[i] += taken * step[i];
      room[i] -= taken * step[i];
      g[i] += taken * kernelStep[i];
      z[i] += taken * dz[i];
      v[i] += taken * dv[i];
    }
    below += taken * stepSum;
    above -= taken * stepSum;
    p += taken * dp;
    q += taken * dq;
    iterations++;
    shift = freeMean(g, diagonal);
    const distance = shift > 0 ? below : above;
    residual = Math.max(naturalResidual(b, g, upper, shift), Math.min(Math.abs(shift), distance));
    if (residual <= tolerance) break;
    await onStep(iterations);
  }
  return { b, shift, iterations };
}

/** How many steps fit until `value` reaches zero. */
function reach(value: number, change: number): number {
  return change < 0 ? -value / change : Infinity;
}

/** Where a coordinate is free, the gradient equals the multiplier of the band; the freer, the smaller its diagonal entry.
 *
 * The multiplier carried along loses its digits where the band is tight, this mean does not.
 */
function freeMean(g: Float64Array, diagonal: Float64Array): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < g.length; i++) {
    sum += g[i] / diagonal[i];
    weight += 1 / diagonal[i];
  }
  return sum / weight;
}

function naturalResidual(b: Float64Array, g: Float64Array, upper: number, shift: number): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const target = Math.min(upper, Math.max(0, b[i] - (g[i] - shift)));
    most = Math.max(most, Math.abs(b[i] - target));
  }
  return most;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

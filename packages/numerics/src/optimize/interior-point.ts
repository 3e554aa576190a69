import {
  denseMatrix,
  isTransferError,
  TransferError,
  type DenseMatrix,
  type LinearAlgebra,
} from '@graft-ml/core';
import { symmetricCopy } from '../internal/allocate.js';
import { dot, largestMagnitude } from '../internal/vector.js';
import type { BoxQuadraticOptions, BoxQuadraticResult } from './box-quadratic.js';
import { startingPoint, sumKind, type SumKind } from './interior-start.js';

const who = 'minimizeBoxQuadratic';

/** min ½xᵀPx + qᵀx for bounds with room between them; the last bound belongs to the sum t = Σ x, or
 * is open. */
export interface InteriorProblem {
  readonly quadratic: DenseMatrix;
  readonly linear: Float64Array;
  /** [n + 1]. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Mehrotra's predictor-corrector method for one problem.
 *
 * Unknowns v = (x, t) with slack below and above, their multipliers zl, zu ≥ 0, and the multiplier
 * y of Σ x = t. It goes to
 *   P·x + q + y − zl + zu = 0,  −y − zl_t + zu_t = 0,  Σ x = t,
 *   zl·(v − lower) = zu·(upper − v) = μ → 0.
 */
export class InteriorPoint {
  readonly #linalg: LinearAlgebra;
  readonly #p: DenseMatrix;
  readonly #q: Float64Array;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #n: number;
  readonly #sum: SumKind;
  readonly #v: Float64Array;
  readonly #zl: Float64Array;
  readonly #zu: Float64Array;
  readonly #px: Float64Array;
  readonly #dual: Float64Array; // what is left of the first two equations
  #y = 0;
  #primal = 0; // Σ x − t
  #products = 0; // sum of all zl·(v − lower) and zu·(upper − v)
  #pairs = 0;
  #regularization = 0;

  constructor(linalg: LinearAlgebra, { quadratic, linear, lower, upper }: InteriorProblem) {
    const n = linear.length;
    this.#linalg = linalg;
    this.#p = symmetricCopy(quadratic, who);
    this.#q = linear;
    this.#n = n;
    this.#sum = sumKind(lower[n], upper[n]);
    // A fixed sum is no unknown: its slack stays out of the barrier.
    const open = (bound: Float64Array, free: number): Float64Array =>
      bound.map((value, i) => (i === n && this.#sum === 'fixed' ? free : value));
    this.#lower = open(lower, -Infinity);
    this.#upper = open(upper, Infinity);
    this.#v = startingPoint(lower, upper, this.#sum);
    this.#zl = new Float64Array(n + 1);
    this.#zu = new Float64Array(n + 1);
    this.#px = new Float64Array(n);
    this.#dual = new Float64Array(n + 1);
    this.#startMultipliers();
  }

  solve({
    tolerance,
    maxIterations,
  }: Required<Omit<BoxQuadraticOptions, 'method'>>): BoxQuadraticResult {
    const scale = 1 + largestMagnitude(this.#q);
    for (let iterations = 0; ; iterations++) {
      this.#evaluate();
      const x = this.#v.subarray(0, this.#n);
      const objective = dot(x, this.#px) / 2 + dot(x, this.#q);
      const kktResidual = Math.max(
        this.#products / (1 + Math.abs(objective)),
        largestMagnitude(this.#dual) / scale,
        this.#sum === 'none' ? 0 : Math.abs(this.#primal) / (1 + Math.abs(this.#v[this.#n])),
      );
      const converged = kktResidual <= tolerance;
      const moved = !converged && iterations < maxIterations && this.#step();
      if (moved) continue;
      const spent = iterations >= maxIterations ? 'max-iterations' : 'no-progress';
      return {
        x: x.slice(),
        objective,
        kktResidual,
        sumMultiplier: this.#y,
        regularizationUsed: this.#regularization,
        iterations,
        converged,
        reason: converged ? 'optimal' : spent,
      };
    }
  }

  /** Products of multipliers and slacks all equal, of the size of gradient times slack. */
  #startMultipliers(): void {
    this.#multiplyP();
    let size = 0;
    for (let i = 0; i < this.#n; i++) {
      const slack = Math.min(this.#v[i] - this.#lower[i], this.#upper[i] - this.#v[i], 1);
      size += (Math.abs(this.#px[i] + this.#q[i]) + 1) * slack;
    }
    const level = size / Math.max(1, this.#n);
    for (let i = 0; i <= this.#n; i++) {
      this.#zl[i] = level / (this.#v[i] - this.#lower[i]);
      this.#zu[i] = level / (this.#upper[i] - this.#v[i]);
      this.#pairs += Number(this.#lower[i] > -Infinity) + Number(this.#upper[i] < Infinity);
    }
  }

  #multiplyP(): void {
    const n = this.#n;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += this.#p.data[i * n + j] * this.#v[j];
      this.#px[i] = sum;
    }
  }

  #evaluate(): void {
    const n = this.#n;
    this.#multiplyP();
    let total = 0;
    this.#products = 0;
    for (let i = 0; i <= n; i++) {
      const gradient = i < n ? this.#px[i] + this.#q[i] + this.#y : -this.#y;
      this.#dual[i] = gradient - this.#zl[i] + this.#zu[i];
      if (i < n) total += this.#v[i];
      this.#products += product(this.#zl[i], this.#v[i] - this.#lower[i]);
      this.#products += product(this.#zu[i], this.#upper[i] - this.#v[i]);
    }
    if (this.#sum !== 'band') this.#dual[n] = 0;
    this.#primal = this.#sum === 'none' ? 0 : total - this.#v[n];
  }

  /** One predictor and one corrector step; false when they lead nowhere. */
  #step(): boolean {
    const n = this.#n;
    const barrier = new Float64Array(n + 1);
    for (let i = 0; i <= n; i++) {
      barrier[i] =
        this.#zl[i] / (this.#v[i] - this.#lower[i]) + this.#zu[i] / (this.#upper[i] - this.#v[i]);
    }
    const factor = this.#factor(barrier);
    const mean = this.#pairs === 0 ? 0 : this.#products / this.#pairs;
    let move = this.#direction(factor, barrier, 0, undefined);
    if (this.#pairs > 0) {
      const after = this.#productsAfter(move, this.#longest(move)) / this.#pairs;
      move = this.#direction(factor, barrier, mean * (after / mean) ** 3, move);
    }
    // Staying 0.5 % off the boundary keeps the next step possible; a full step is taken when
    // nothing is in its way.
    const length = Math.min(1, 0.995 * this.#longest(move));
    if (!(length > 1e-13) || !Number.isFinite(move.y)) return false;
    for (let i = 0; i <= n; i++) {
      this.#v[i] += length * move.v[i];
      this.#zl[i] += length * move.zl[i];
      this.#zu[i] += length * move.zu[i];
    }
    this.#y += length * move.y;
    return true;
  }

  /** Cholesky factor of P + D. Where rounding makes P indefinite, the least power of 100 · 1e-14
   * that helps is added. */
  #factor(barrier: Float64Array): DenseMatrix {
    const n = this.#n;
    let largest = 0;
    for (let i = 0; i < n; i++) largest = Math.max(largest, this.#p.data[i * n + i]);
    for (;;) {
      const h = denseMatrix(n, n, this.#p.data.slice());
      for (let i = 0; i < n; i++)
        h.data[i * (n + 1)] += barrier[i] + this.#regularization * largest;
      try {
        return this.#linalg.cholesky(h);
      } catch (cause) {
        if (!isTransferError(cause, 'NUMERICAL')) throw cause;
        this.#regularization = this.#regularization === 0 ? 1e-14 : this.#regularization * 100;
        if (this.#regularization < 1e-6) continue;
        throw new TransferError({
          code: 'NUMERICAL',
          who,
          message:
            '"quadratic" is not positive semidefinite. Check that it is a kernel or covariance matrix.',
          details: { operation: 'cholesky' },
          cause,
        });
      }
    }
  }

  /** Newton direction towards products of size `target`, less the second-order part of the
   * predicted move. */
  #direction(
    factor: DenseMatrix,
    barrier: Float64Array,
    target: number,
    predicted: Move | undefined,
  ): Move {
    const n = this.#n;
    const move: Move = {
      v: new Float64Array(n + 1),
      zl: new Float64Array(n + 1),
      zu: new Float64Array(n + 1),
      y: 0,
    };
    const right = denseMatrix(n, 2);
    let rightOfSum = 0;
    for (let i = 0; i <= n; i++) {
      const below = this.#v[i] - this.#lower[i];
      const above = this.#upper[i] - this.#v[i];
      const bent = predicted ? predicted.v[i] * predicted.zl[i] : 0;
      const bentAbove = predicted ? predicted.v[i] * predicted.zu[i] : 0;
      move.zl[i] = below < Infinity ? (target - bent) / below - this.#zl[i] : 0;
      move.zu[i] = above < Infinity ? (target + bentAbove) / above - this.#zu[i] : 0;
      const value = move.zl[i] - move.zu[i] - this.#dual[i];
      if (i === n) rightOfSum = value;
      else {
        right.data[2 * i] = value;
        right.data[2 * i + 1] = 1;
      }
    }
    const half = this.#linalg.solveTriangular(factor, right);
    const { data } = this.#linalg.solveTriangular(factor, half, { transpose: true });
    if (this.#sum !== 'none') {
      let a = 0;
      let b = 0;
      for (let i = 0; i < n; i++) {
        a += data[2 * i];
        b += data[2 * i + 1];
      }
      const room = this.#sum === 'band' ? 1 / barrier[n] : 0;
      move.y = (a - rightOfSum * room + this.#primal) / (b + room);
      move.v[n] = (rightOfSum + move.y) * room;
    }
    for (let i = 0; i <= n; i++) {
      if (i < n) move.v[i] = data[2 * i] - move.y * data[2 * i + 1];
      move.zl[i] -= (this.#zl[i] / (this.#v[i] - this.#lower[i])) * move.v[i];
      move.zu[i] += (this.#zu[i] / (this.#upper[i] - this.#v[i])) * move.v[i];
    }
    return move;
  }

  /** The longest step up to which slacks and multipliers stay ≥ 0. */
  #longest(move: Move): number {
    let longest = 1 / 0.995;
    const limit = (value: number, change: number): void => {
      if (change < 0) longest = Math.min(longest, -value / change);
    };
    for (let i = 0; i <= this.#n; i++) {
      limit(this.#v[i] - this.#lower[i], move.v[i]);
      limit(this.#upper[i] - this.#v[i], -move.v[i]);
      limit(this.#zl[i], move.zl[i]);
      limit(this.#zu[i], move.zu[i]);
    }
    return longest;
  }

  #productsAfter(move: Move, length: number): number {
    let sum = 0;
    for (let i = 0; i <= this.#n; i++) {
      const v = this.#v[i] + length * move.v[i];
      sum += product(this.#zl[i] + length * move.zl[i], v - this.#lower[i]);
      sum += product(this.#zu[i] + length * move.zu[i], this.#upper[i] - v);
    }
    return sum;
  }
}

interface Move {
  readonly v: Float64Array;
  readonly zl: Float64Array;
  readonly zu: Float64Array;
  y: number;
}

/** 0 for an open side, whose slack is infinite. */
function product(multiplier: number, slack: number): number {
  return slack < Infinity ? multiplier * slack : 0;
}

import { denseMatrix, isTransferError, type DenseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { largestMagnitude } from '../internal/vector.js';

/** A symmetric matrix by the rows of its lower triangle. */
export interface SymmetricRows {
  readonly size: number;
  /** Entries 0 … i of row i, in an array of at least that length that nobody changes. */
  row(i: number): Float64Array;
}

/** min ½·xᵀ·P·x + qᵀ·x with lower ≤ x ≤ upper. */
export interface BoxProgram {
  /** P, positive semidefinite. */
  readonly quadratic: SymmetricRows;
  /** q. */
  readonly linear: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Rounds of coordinate descent: they find most of the bounds that hold, for a product with P each. */
const sweeps = 30;
/** How many entries are let off their bounds at first, and at least: so many, and this share of those
 * that are free. */
const release = { first: 100, least: 4, share: 1 / 8 };
/** Added to the diagonal of each system, as a share of its largest entry, so that what is singular to
 * rounding can be factorised. The gradient is that of P itself: the minimum stays where it is. */
const proximity = { first: 1e-13, most: 1e-9 };

/** Minimises a convex quadratic function in a box by Newton steps on faces of the box (bertsekas1982,
 * sec. 3), after some coordinate descent from the corner nearest to zero.
 *
 * A face leaves free what lies between its bounds and some of what the gradient pulls off them. The
 * step to its minimum, by a Cholesky factor of that part of P alone, is bent along the bounds it
 * meets and followed to the first minimum on this path, so that every step goes down. As long as
 * steps end without meeting a bound, twice as many entries are let go, else half as many: few at a
 * time keep to faces with few free entries, on which a singular P is regular. The last face is solved
 * to rounding. Made for minima with many entries on their bounds; memory for the square of the others.
 */
export class FaceDescent {
  readonly x: Float64Array;
  /** P·x + q, known once `residual` is. */
  readonly gradient: Float64Array;
  /** Largest component of the gradient that points into the box; ∞ before the first face. */
  residual = Infinity;
  /** Faces solved. */
  faces = 0;
  /** The sum of the cubes of their numbers of free entries: three times the multiplications. */
  work = 0;
  readonly #linalg: LinearAlgebra;
  readonly #program: BoxProgram;
  readonly #inward: Float64Array;
  /** Of the gradient, q and what comes from later entries. */
  #later: Float64Array;
  #sweeps = 0;
  #release = release.first;

  constructor(linalg: LinearAlgebra, program: BoxProgram) {
    const { lower, upper, linear } = program;
    this.#linalg = linalg;
    this.#program = program;
    this.x = Float64Array.from(lower, (bound, i) => Math.min(upper[i], Math.max(bound, 0)));
    this.gradient = new Float64Array(linear.length);
    this.#inward = new Float64Array(linear.length);
    this.#later = linear.slice();
    if (this.x.every((value) => value === 0)) return;
    for (let i = 0; i < this.x.length; i++) {
      addMultiple(program.quadratic.row(i), this.x[i], this.#later, i);
    }
  }

  /** Goes on until the residual is at most `tolerance`, by one sweep or one face per call. */
  advance(tolerance: number): 'moving' | 'optimal' | 'no-progress' | 'indefinite' {
    if (this.#sweeps < sweeps) {
      this.#sweeps++;
      this.#sweep();
      return 'moving';
    }
    if (this.residual === Infinity) this.#evaluate();
    if (this.residual <= tolerance) return 'optimal';
    const { face, letGo } = this.#nextFace();
    this.faces++;
    this.work += face.length ** 3;
    const part = select(this.#program.quadratic, face);
    const step = newtonStep(this.#linalg, part, face, this.gradient);
    if (!step) return 'indefinite';
    const path = followPath({ ...this.#program, ...this, part, face, step });
    if (path === 'uphill') {
      // With one let go, or none, the step leads downhill but for rounding.
      if (letGo === 0) return 'no-progress';
      this.#release = Math.floor(letGo / 2);
      return 'moving';
    }
    const least = Math.max(release.least, Math.floor(release.share * face.length));
    this.#release =
      path === 'free' ? 2 * Math.max(1, this.#release) : Math.max(least, this.#release >> 1);
    this.#evaluate();
    return 'moving';
  }

  /** Minimises over one entry after the other. A row of the triangle serves twice: for the entry's
   * own gradient, and for what the entry adds to those before it in the next sweep. */
  #sweep(): void {
    const { quadratic, linear, lower, upper } = this.#program;
    const { x } = this;
    const later = linear.slice();
    const support = new Int32Array(x.length);
    let before = 0;
    for (let i = 0; i < x.length; i++) {
      const row = quadratic.row(i);
      let slope = this.#later[i] + row[i] * x[i];
      for (let s = 0; s < before; s++) slope += row[support[s]] * x[support[s]];
      const best = slope === 0 ? x[i] : x[i] - slope / row[i];
      const value = Math.min(upper[i], Math.max(lower[i], best));
      if (Number.isFinite(value)) x[i] = value;
      if (x[i] === 0) continue;
      addMultiple(row, x[i], later, i);
      support[before++] = i;
    }
    this.#later = later;
  }

  #evaluate(): void {
    const { quadratic, linear, lower, upper } = this.#program;
    const { x, gradient } = this;
    multiply(quadratic, x, gradient);
    for (let i = 0; i < x.length; i++) {
      const slope = (gradient[i] += linear[i]);
      const outward = (x[i] <= lower[i] && slope > 0) || (x[i] >= upper[i] && slope < 0);
      this.#inward[i] = outward ? 0 : slope;
    }
    this.residual = largestMagnitude(this.#inward);
  }

  #nextFace(): { readonly face: Int32Array; readonly letGo: number } {
    const { lower, upper } = this.#program;
    const { x } = this;
    const slopes = this.#inward;
    const free: number[] = [];
    const pulled: number[] = [];
    for (let i = 0; i < x.length; i++) {
      if (x[i] > lower[i] && x[i] < upper[i]) free.push(i);
      else if (slopes[i] !== 0) pulled.push(i);
    }
    pulled.sort((i, j) => Math.abs(slopes[j]) - Math.abs(slopes[i]) || i - j);
    const letGo = pulled.slice(0, this.#release);
    return { face: Int32Array.from([...free, ...letGo]).sort(), letGo: letGo.length };
  }
}

/** y[0 … count − 1] += factor · x. */
function addMultiple(x: Float64Array, factor: number, y: Float64Array, count: number): void {
  for (let j = 0; j < count; j++) y[j] += factor * x[j];
}

/** `out = P·x`; entries of x that are zero cost nothing beyond a look. */
function multiply(p: SymmetricRows, x: Float64Array, out: Float64Array): void {
  const support = new Int32Array(x.length);
  out.fill(0);
  let before = 0;
  for (let i = 0; i < x.length; i++) {
    const row = p.row(i);
    let sum = 0;
    for (let s = 0; s < before; s++) sum += row[support[s]] * x[support[s]];
    if (x[i] !== 0) {
      addMultiple(row, x[i], out, i);
      sum += row[i] * x[i];
      support[before++] = i;
    }
    out[i] += sum;
  }
}

/** The rows and columns of P with those indices, which ascend. */
function select(p: SymmetricRows, indices: Int32Array): DenseMatrix {
  const m = indices.length;
  const part = denseMatrix(m, m);
  for (let k = 0; k < m; k++) {
    const row = p.row(indices[k]);
    for (let l = 0; l <= k; l++) {
      part.data[k * m + l] = part.data[l * m + k] = row[indices[l]];
    }
  }
  return part;
}

/** The step to the minimum on a face; undefined where P is not semidefinite. The diagonal of `part`
 * changes meanwhile: a copy would double the memory. */
function newtonStep(
  linalg: LinearAlgebra,
  part: DenseMatrix,
  face: Int32Array,
  gradient: Float64Array,
): Float64Array | undefined {
  const m = face.length;
  const right = denseMatrix(
    m,
    1,
    Float64Array.from(face, (i) => -gradient[i]),
  );
  const diagonal = Float64Array.from(right.data, (_, k) => part.data[k * (m + 1)]);
  const largest = largestMagnitude(diagonal);
  try {
    for (let share = proximity.first; share <= proximity.most; share *= 100) {
      for (let k = 0; k < m; k++) part.data[k * (m + 1)] = diagonal[k] + share * largest;
      const factor = choleskyOf(linalg, part);
      if (!factor) continue;
      const half = linalg.solveTriangular(factor, right);
      return linalg.solveTriangular(factor, half, { transpose: true }).data;
    }
    return undefined;
  } finally {
    for (let k = 0; k < m; k++) part.data[k * (m + 1)] = diagonal[k];
  }
}

function choleskyOf(linalg: LinearAlgebra, a: DenseMatrix): DenseMatrix | undefined {
  try {
    return linalg.cholesky(a);
  } catch (cause) {
    if (isTransferError(cause, 'NUMERICAL')) return undefined;
    throw cause;
  }
}

/** Goes along x + t·step, bent at the bounds, to the first minimum for t ≤ 1. `free` says that no
 * bound was met, `uphill` that there was nowhere to go. */
function followPath({
  x,
  gradient,
  lower,
  upper,
  part,
  face,
  step,
}: {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly part: DenseMatrix;
  readonly face: Int32Array;
  readonly step: Float64Array;
}): 'free' | 'bent' | 'uphill' {
  const m = face.length;
  const slopes = Float64Array.from(face, (i) => gradient[i]);
  const velocity = step.slice();
  const change = new Float64Array(m); // P·velocity
  for (let k = 0; k < m; k++) addMultiple(part.data.subarray(k * m), velocity[k], change, m);
  const limits = Float64Array.from(face, (i, k) =>
    step[k] === 0 ? Infinity : ((step[k] > 0 ? upper[i] : lower[i]) - x[i]) / step[k],
  );
  const order = Int32Array.from(limits.keys()).filter((k) => limits[k] <= 1);
  order.sort((k, l) => limits[k] - limits[l] || k - l);
  let stopped = 0;
  let t = 0;
  while (t < 1) {
    for (; stopped < order.length && limits[order[stopped]] <= t; stopped++) {
      const k = order[stopped];
      addMultiple(part.data.subarray(k * m), -velocity[k], change, m);
      velocity[k] = 0;
    }
    let slope = 0;
    let curvature = 0;
    for (let k = 0; k < m; k++) {
      slope += slopes[k] * velocity[k];
      curvature += change[k] * velocity[k];
    }
    if (!(slope < 0)) break;
    const next = stopped < order.length ? limits[order[stopped]] : 1;
    const minimum = curvature > 0 ? t - slope / curvature : 1;
    const until = Math.min(1, next, minimum);
    if (!(until > t)) break;
    addMultiple(change, until - t, slopes, m);
    t = until;
    if (minimum < next) break;
  }
  if (t === 0) return 'uphill';
  face.forEach((i, k) => {
    // What meets a bound must lie on it to the last bit.
    if (limits[k] <= t) x[i] = step[k] > 0 ? upper[i] : lower[i];
    else x[i] = Math.min(upper[i], Math.max(lower[i], x[i] + t * step[k]));
  });
  return order.length === 0 ? 'free' : 'bent';
}

import { denseMatrix, type DenseMatrix, type Eigen, type LinearAlgebra } from '@graft-ml/core';
import { orientColumns } from '../internal/checks.js';
import { normalMatrix } from '../internal/normal-matrix.js';
import { largestMagnitude } from '../internal/vector.js';
import type { RandomSource } from '../random.js';

/** The product of a symmetric operator with a block of columns [n, k]; the block is not to be
 * changed or kept. */
export type BlockOperator = (block: DenseMatrix) => DenseMatrix;

/** Eigenpairs and ‖A·v − w·v‖ of each, relative to the largest |w| met. */
export type ConvergedPairs = Eigen & { readonly residuals: Float64Array };

/** An orthonormal basis V (rows), the projection T = V·A·Vᵀ, and the block that couples it with the
 * next directions. */
export class KrylovSpace {
  readonly #linalg: LinearAlgebra;
  readonly #apply: BlockOperator;
  readonly #n: number;
  readonly #count: number;
  readonly #block: number;
  readonly #keep: number;
  readonly #size: number;
  readonly #random: RandomSource;
  #basis: Float64Array; // size + block rows of n
  #used: number; // rows whose images are known
  #projected: Float64Array; // [size, size]
  #coupling: DenseMatrix; // upper triangular [block, block]
  #ritz: Eigen | undefined;

  constructor(
    linalg: LinearAlgebra,
    apply: BlockOperator,
    n: number,
    count: number,
    block: number,
    random: RandomSource,
  ) {
    this.#linalg = linalg;
    this.#apply = apply;
    this.#n = n;
    this.#count = count;
    this.#block = block;
    this.#keep = Math.ceil((count + block / 2) / block) * block;
    this.#size = Math.min(
      this.#keep + block * Math.max(3, Math.ceil(count / block)),
      (Math.floor(n / block) - 1) * block,
    );
    this.#random = random;
    this.#basis = new Float64Array((this.#size + block) * n);
    this.#projected = new Float64Array(this.#size * this.#size);
    this.#coupling = denseMatrix(block, block);
    this.#used = 0;
    this.#store(0, linalg.qr(normalMatrix(n, block, random)).q);
  }

  /** Grows the basis block by block to its full size. */
  expand(): void {
    const b = this.#block;
    while (this.#used + b <= this.#size) {
      const image = this.#apply(this.#columns(this.#used));
      const known = this.#used + b;
      const { rest, shares } = this.#removeKnown(image, known);
      for (let i = 0; i < known; i++) {
        for (let k = 0; k < b; k++) {
          const j = this.#used + k;
          const value = shares.data[i * b + k];
          this.#projected[i * this.#size + j] = this.#projected[j * this.#size + i] = value;
        }
      }
      this.#used = known;
      this.#appendDirections(rest);
    }
    this.#solveProjected();
  }

  /** The wanted pairs, once all of their residuals are small enough. */
  converged(tolerance: number): ConvergedPairs | undefined {
    const { values, vectors } = this.#ritz!;
    const scale = Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
    const b = this.#block;
    const m = this.#used;
    const residuals = new Float64Array(this.#count);
    for (let q = 0; q < this.#count; q++) {
      let squares = 0;
      for (let i = 0; i < b; i++) {
        let sum = 0;
        for (let k = i; k < b; k++) {
          sum += this.#coupling.data[i * b + k] * vectors.data[(m - b + k) * m + q];
        }
        squares += sum * sum;
      }
      residuals[q] = scale === 0 ? 0 : Math.sqrt(squares) / scale;
      if (!(residuals[q] <= tolerance)) return undefined;
    }
    const ritzVectors = this.#combine(this.#count);
    orientColumns(ritzVectors);
    return { values: values.slice(0, this.#count), vectors: ritzVectors, residuals };
  }

  /** Keeps the best Ritz vectors and the block after the basis, and forgets the rest. */
  restart(): void {
    const n = this.#n;
    const next = this.#basis.slice(this.#used * n, (this.#used + this.#block) * n);
    this.#keepBest(this.#keep);
    this.#basis.set(next, this.#used * n);
  }

  /** Keeps the wanted Ritz vectors and goes on with random directions: those find the copies of a
   * repeated eigenvalue that the space so far could not contain, having at most as many as a block
   * has columns. */
  restartRandomly(): void {
    this.#keepBest(this.#count);
    const fresh = normalMatrix(this.#n, this.#block, this.#random);
    this.#store(this.#used, this.#linalg.qr(this.#removeKnown(fresh, this.#used).rest).q);
  }

  #keepBest(count: number): void {
    this.#store(0, this.#combine(count));
    this.#projected.fill(0);
    for (let i = 0; i < count; i++) this.#projected[i * this.#size + i] = this.#ritz!.values[i];
    this.#used = count;
  }

  #solveProjected(): void {
    const m = this.#used;
    const t = denseMatrix(m, m);
    for (let i = 0; i < m; i++) {
      t.data.set(this.#projected.subarray(i * this.#size, i * this.#size + m), i * m);
    }
    this.#ritz = this.#linalg.eigenSymmetric(t);
  }

  /** The first `count` Ritz vectors as columns [n, count]. */
  #combine(count: number): DenseMatrix {
    const m = this.#used;
    const weights = denseMatrix(m, count);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < count; j++)
        weights.data[i * count + j] = this.#ritz!.vectors.data[i * m + j];
    }
    return this.#linalg.multiply(this.#rows(m), weights, { transposeA: true });
  }

  /** Takes from columns what the first `known` basis rows span, twice, because once leaves rounding
   * behind. */
  #removeKnown(
    columns: DenseMatrix,
    known: number,
  ): { readonly rest: DenseMatrix; readonly shares: DenseMatrix } {
    const basis = this.#rows(known);
    let rest = columns;
    let shares: DenseMatrix | undefined;
    for (let pass = 0; pass < 2; pass++) {
      const share = this.#linalg.multiply(basis, rest);
      const inside = this.#linalg.multiply(basis, share, { transposeA: true });
      const previous = rest;
      rest = { ...rest, data: previous.data.map((value, p) => value - inside.data[p]) };
      const before = shares;
      shares = before
        ? { ...share, data: share.data.map((value, p) => value + before.data[p]) }
        : share;
    }
    return { rest, shares: shares! };
  }

  /** Orthonormalises the rest and appends it. Where it has run out of directions, because the space
   * is invariant, random ones take their place; their coupling stays what it was, which is
   * rounding. */
  #appendDirections(rest: DenseMatrix): void {
    const b = this.#block;
    const { q, r } = this.#linalg.qr(rest);
    this.#coupling = r;
    const scale = Math.max(largestMagnitude(r.data), largestMagnitude(this.#projected));
    let next = q;
    const lost: number[] = [];
    for (let k = 0; k < b; k++) if (!(r.data[k * b + k] > 1e-12 * scale)) lost.push(k);
    if (lost.length > 0) {
      const fresh = normalMatrix(this.#n, b, this.#random);
      const patched = denseMatrix(this.#n, b, q.data.slice());
      for (let i = 0; i < this.#n; i++) {
        for (const k of lost) patched.data[i * b + k] = fresh.data[i * b + k];
      }
      next = this.#linalg.qr(this.#removeKnown(patched, this.#used).rest).q;
    }
    this.#store(this.#used, next);
  }

  /** Writes columns [n, ·] into basis rows from `row` on. */
  #store(row: number, columns: DenseMatrix): void {
    const n = this.#n;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < columns.columns; k++) {
        this.#basis[(row + k) * n + i] = columns.data[i * columns.columns + k];
      }
    }
  }

  #rows(count: number): DenseMatrix {
    return denseMatrix(count, this.#n, this.#basis.subarray(0, count * this.#n));
  }

  /** The block of basis rows from `row` on, as columns [n, block]. */
  #columns(row: number): DenseMatrix {
    const [n, b] = [this.#n, this.#block];
    const result = denseMatrix(n, b);
    for (let k = 0; k < b; k++) {
      for (let i = 0; i < n; i++) result.data[i * b + k] = this.#basis[(row + k) * n + i];
    }
    return result;
  }
}

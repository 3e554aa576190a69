import type { NativeExports, Pointer } from './native.js';
import type { Scope } from './scope.js';

/** A direction whose share in a product is below this, beside the norm of the matrix, is rounding error. */
const nothing = 256 * Number.EPSILON;

/** An orthonormal basis of n-vectors, the matrix projected on it, and the block it is to grow by. */
export class KrylovSpace {
  readonly #scope: Scope;
  readonly #native: NativeExports;
  readonly #n: number;
  readonly #matrix: Pointer;
  readonly #block: number;
  readonly #size: number;
  readonly #basis: Pointer;
  readonly #other: Pointer;
  readonly #image: Pointer;
  readonly #overlap: Pointer;
  readonly #coupling: Pointer;
  readonly #projected: Pointer;
  readonly #ritzVectors: Pointer;
  readonly #ritzValues: Pointer;
  /** Largest magnitude among the projected entries so far: a guess at the norm of the matrix from below. */
  #largestOverlap = 0;
  #randomState = 1;

  constructor(scope: Scope, n: number, matrix: Pointer, block: number, size: number) {
    this.#scope = scope;
    this.#native = scope.native;
    this.#n = n;
    this.#matrix = matrix;
    this.#block = block;
    this.#size = size;
    this.#basis = scope.doubles(n * (size + block));
    this.#other = scope.doubles(n * size);
    this.#image = scope.doubles(n * block);
    this.#overlap = scope.doubles((size + block) * block);
    this.#coupling = scope.zeros(block * block);
    this.#projected = scope.zeros(size * size);
    this.#ritzVectors = scope.doubles(size * size);
    this.#ritzValues = scope.doubles(size);
  }

  /** The basis, one vector after the other: after a restart its first ones are the Ritz vectors kept. */
  get vectors(): Pointer {
    return this.#basis;
  }

  /** Puts random directions in place of the block the space would grow by. */
  growRandomly(dimension: number): void {
    this.#fillRandomly(this.#image, this.#n * this.#block);
    this.#removeOverlap(dimension, this.#image);
    this.#orthonormalise(dimension);
  }

  /** Takes the block in, multiplies it by the matrix, and leaves what is new in the product as the next block. */
  expand(dimension: number): number {
    const n = this.#n;
    const b = this.#block;
    const grown = dimension + b;
    const from = this.#column(dimension);
    this.#native.gemm(0, 0, n, b, n, 1, this.#matrix, n, from, n, 0, this.#image, n);
    this.#removeOverlap(grown, this.#image);
    const projected = this.#scope.view(this.#projected, this.#size ** 2);
    const overlap = this.#scope.view(this.#overlap, grown * b);
    for (let j = 0; j < b; j++) {
      for (let i = 0; i < grown; i++) {
        const value = overlap[i + j * grown];
        if (Math.abs(value) > this.#largestOverlap) this.#largestOverlap = Math.abs(value);
        projected[i + (dimension + j) * this.#size] = value;
        projected[dimension + j + i * this.#size] = value;
      }
    }
    this.#orthonormalise(grown);
    return grown;
  }

  /** Ritz values, ascending, and the norms of their residuals; nothing when even the small problem fails. */
  solveProjected(
    dimension: number,
  ): { readonly values: Float64Array; readonly residuals: Float64Array } | undefined {
    const b = this.#block;
    const projected = this.#scope.view(this.#projected, this.#size ** 2);
    const vectors = this.#scope.view(this.#ritzVectors, dimension * dimension);
    for (let j = 0; j < dimension; j++) {
      for (let i = 0; i < dimension; i++) {
        const mean = projected[i + j * this.#size] / 2 + projected[j + i * this.#size] / 2;
        vectors[i + j * dimension] = mean;
      }
    }
    if (!vectors.every(Number.isFinite)) return undefined;
    const status = this.#native.eigenAll(dimension, this.#ritzVectors, this.#ritzValues);
    if (this.#scope.check(status) !== 0) return undefined;
    const coupling = this.#scope.view(this.#coupling, b * b);
    const residuals = new Float64Array(dimension);
    const solved = this.#scope.view(this.#ritzVectors, dimension * dimension);
    for (let j = 0; j < dimension; j++) {
      const last = (j + 1) * dimension - b;
      let squares = 0;
      for (let i = 0; i < b; i++) {
        let entry = 0;
        for (let k = i; k < b; k++) entry += coupling[k + i * b] * solved[last + k];
        squares += entry * entry;
      }
      residuals[j] = Math.sqrt(squares);
    }
    return { values: this.#scope.view(this.#ritzValues, dimension).slice(), residuals };
  }

  /** The last `count` Ritz vectors in full length. */
  combine(dimension: number, count: number): Pointer {
    const n = this.#n;
    const from = this.#ritzVectors + (dimension - count) * dimension * 8;
    this.#native.gemm(
      0,
      0,
      n,
      count,
      dimension,
      1,
      this.#basis,
      n,
      from,
      dimension,
      0,
      this.#other,
      n,
    );
    return this.#other;
  }

  /** Shrinks the space to its last `kept` Ritz vectors; the block to grow by stays. */
  restart(dimension: number, kept: number, values: Float64Array): number {
    const n = this.#n;
    this.combine(dimension, kept);
    const basis = this.#scope.view(this.#basis, n * (this.#size + this.#block));
    basis.copyWithin(n * kept, n * dimension, n * (dimension + this.#block));
    basis.set(this.#scope.view(this.#other, n * kept));
    const projected = this.#scope.view(this.#projected, this.#size ** 2);
    projected.fill(0);
    for (let j = 0; j < kept; j++) projected[j + j * this.#size] = values[dimension - kept + j];
    return kept;
  }

  /** Makes the image the next block, orthonormal in itself and, because it may be little but rounding error, once more
   * to the space. */
  #orthonormalise(dimension: number): void {
    const n = this.#n;
    const b = this.#block;
    const target = this.#column(dimension);
    this.#scope.view(target, n * b).set(this.#scope.view(this.#image, n * b));
    this.#native.qrFactor(n, b, target, this.#coupling);
    const first = this.#scope.view(this.#coupling, b * b).slice();
    if (this.#replaceNothing(target, first)) this.#removeOverlap(dimension, target);
    this.#removeOverlap(dimension, target);
    this.#native.qrFactor(n, b, target, this.#coupling);
    multiplyUpper(b, this.#scope.view(this.#coupling, b * b), first);
  }

  /** Puts a random direction in place of each that is nothing but rounding error, which would not be orthogonal to the
   * space; `r` then says that the product had no share in it. Answers whether there was one. */
  #replaceNothing(target: Pointer, r: Float64Array): boolean {
    const b = this.#block;
    let replaced = false;
    for (let j = 0; j < b; j++) {
      if (r[j * b + j] > nothing * this.#largestOverlap) continue;
      this.#fillRandomly(target + j * this.#n * 8, this.#n);
      r.fill(0, j * b, (j + 1) * b);
      replaced = true;
    }
    return replaced;
  }

  /** Takes from the block at `target` its share in the first `dimension` vectors, and leaves the coefficients in the
   * overlap [dimension, block]. */
  #removeOverlap(dimension: number, target: Pointer): void {
    if (dimension === 0) return;
    const n = this.#n;
    const b = this.#block;
    const { gemm } = this.#native;
    gemm(1, 0, dimension, b, n, 1, this.#basis, n, target, n, 0, this.#overlap, dimension);
    gemm(0, 0, n, b, dimension, -1, this.#basis, n, this.#overlap, dimension, 1, target, n);
  }

  /** Numbers close enough to normal to have a share in every direction; the same ones at every run. */
  #fillRandomly(target: Pointer, count: number): void {
    const values = this.#scope.view(target, count);
    for (let p = 0; p < count; p++) {
      let sum = -2;
      for (let k = 0; k < 4; k++) {
        this.#randomState = (Math.imul(this.#randomState, 1664525) + 1013904223) >>> 0;
        sum += this.#randomState / 2 ** 32;
      }
      values[p] = sum;
    }
  }

  #column(index: number): Pointer {
    return this.#basis + index * this.#n * 8;
  }
}

/** left ← left · right for row-major upper triangles. */
function multiplyUpper(n: number, left: Float64Array, right: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = left.slice(i * n, (i + 1) * n);
    for (let j = i; j < n; j++) {
      let sum = 0;
      for (let k = i; k <= j; k++) sum += row[k] * right[k * n + j];
      left[i * n + j] = sum;
    }
  }
}

import type {
  DenseMatrix,
  Eigen,
  EigenOptions,
  Kernel,
  LeastSquares,
  LinearAlgebra,
  Matrix,
  MultiplyOptions,
  Svd,
} from '@graft-ml/core';
import { mapCopy, moments, multiplyFloat32, type Float32Matrix, type Moments } from './extras.js';
import type {
  ScalingProblem,
  ScalingSolution,
  TransportBasis,
  TransportEngine,
  TransportProblem,
} from '../transport/engine.js';
import { eigenGeneralized, eigenSymmetric } from './eigen.js';
import { cholesky, qr, solve, solvePositiveDefinite, solveTriangular } from './factorizations.js';
import { kernelMatrix, squaredDistances } from './measures.js';
import type { NativeExports } from './native.js';
import { crossProduct, multiply } from './products.js';
import { leastSquares, svd } from './svd.js';
import { solveScaling, solveTransport } from './transport.js';
import type { WasmVariant } from './variants.js';

/** Memory of the engine, in bytes. */
export interface WasmMemory {
  /** What the module holds of the machine's memory. It grows with the largest problem and never shrinks. */
  readonly reserved: number;
  /** What is in use: between calls the same as before the first. */
  readonly inUse: number;
}

/** Linear algebra in WebAssembly. Made by `loadWasmLinearAlgebra`.
 *
 * Matrices are copied into the module's memory and results out of it, so that inputs are never changed and results are
 * plain arrays of the caller's; a copy costs a thousandth of an eigenproblem of the same size.
 */
export class WasmLinearAlgebra implements LinearAlgebra, TransportEngine {
  readonly name: string;
  readonly variant: WasmVariant;
  readonly #native: NativeExports;

  constructor(native: NativeExports, variant: WasmVariant) {
    this.#native = native;
    this.variant = variant;
    this.name = `wasm-${variant}`;
  }

  get memory(): WasmMemory {
    return {
      reserved: this.#native.memory.buffer.byteLength,
      inUse: this.#native.heapTop() >>> 0,
    };
  }

  multiply(a: Matrix, b: DenseMatrix, options?: MultiplyOptions): DenseMatrix {
    return multiply(this.#native, a, b, options);
  }

  crossProduct(a: Matrix): DenseMatrix {
    return crossProduct(this.#native, a);
  }

  cholesky(a: DenseMatrix): DenseMatrix {
    return cholesky(this.#native, a);
  }

  solveTriangular(
    lower: DenseMatrix,
    b: DenseMatrix,
    options?: { readonly transpose?: boolean },
  ): DenseMatrix {
    return solveTriangular(this.#native, lower, b, options);
  }

  solvePositiveDefinite(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return solvePositiveDefinite(this.#native, a, b);
  }

  solve(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return solve(this.#native, a, b);
  }

  leastSquares(a: DenseMatrix, b: DenseMatrix): LeastSquares {
    return leastSquares(this.#native, a, b);
  }

  qr(a: DenseMatrix): { readonly q: DenseMatrix; readonly r: DenseMatrix } {
    return qr(this.#native, a);
  }

  eigenSymmetric(a: DenseMatrix, options?: EigenOptions): Eigen {
    return eigenSymmetric(this.#native, a, options);
  }

  eigenGeneralized(a: DenseMatrix, b: DenseMatrix, options?: EigenOptions): Eigen {
    return eigenGeneralized(this.#native, a, b, options);
  }

  svd(a: DenseMatrix, options?: { readonly count?: number }): Svd {
    return svd(this.#native, a, options);
  }

  squaredDistances(x: Matrix, y: Matrix): DenseMatrix {
    return squaredDistances(this.#native, x, y);
  }

  kernelMatrix(kernel: Kernel, x: Matrix, y: Matrix): DenseMatrix {
    return kernelMatrix(this.#native, kernel, x, y);
  }

  /** Exact transport for `optimalTransport`, which checks the problem first. */
  solveTransport(problem: TransportProblem): TransportBasis {
    return solveTransport(this.#native, problem);
  }

  /** Entropic transport for `sinkhorn` and its relatives, which check the problem first. */
  solveScaling(problem: ScalingProblem): ScalingSolution {
    return solveScaling(this.#native, problem);
  }

  /** `op(a) · op(b)` in single precision, about twice as fast as in double. */
  multiplyFloat32(a: Float32Matrix, b: Float32Matrix, options?: MultiplyOptions): Float32Matrix {
    return multiplyFloat32(this.#native, a, b, options);
  }

  /** Weight, mean and scatter of the rows in one pass, without cancellation far from the origin. Weights may be zero but
   * must not sum to zero; all are 1 when left out. */
  moments(x: DenseMatrix, weights?: Float64Array): Moments {
    return moments(this.#native, x, weights);
  }

  /** `exp` of every value, within one unit in the last place. */
  exponential(values: Float64Array): Float64Array {
    return mapCopy(this.#native, 'exponential', values, this.#native.expInPlace);
  }

  /** Natural logarithm of every value, within one unit in the last place. */
  logarithm(values: Float64Array): Float64Array {
    return mapCopy(this.#native, 'logarithm', values, this.#native.logInPlace);
  }
}

import {
  TransferError,
  type DenseMatrix,
  type Eigen,
  type EigenOptions,
  type Kernel,
  type LeastSquares,
  type LinearAlgebra,
  type Matrix,
  type MultiplyOptions,
  type Svd,
} from '@graft-ml/core';
import { mapCopy, moments, multiplyFloat32, type Float32Matrix } from './extras.js';
import type { Moments, MomentsEngine } from '../statistics/scatter.js';
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

interface EngineParts {
  readonly variant: WasmVariant;
  readonly threads?: number;
  readonly stop?: () => void;
}

/** Linear algebra in WebAssembly. Made by `loadWasmLinearAlgebra`.
 *
 * Matrices are copied into the module's memory and results out of it, so that inputs are never changed and results are
 * plain arrays of the caller's; a copy costs a thousandth of an eigenproblem of the same size.
 */
export class WasmLinearAlgebra implements LinearAlgebra, TransportEngine, MomentsEngine {
  readonly name: string;
  readonly variant: WasmVariant;
  readonly threads: number;
  #native: NativeExports | undefined;
  readonly #stop: () => void;

  /** @internal Use `loadWasmLinearAlgebra`. */
  constructor(native: NativeExports, { variant, threads = 1, stop }: EngineParts) {
    this.#native = native;
    this.#stop = stop ?? (() => undefined);
    this.variant = variant;
    this.threads = threads;
    this.name = threads > 1 ? `wasm-${variant}-threads` : `wasm-${variant}`;
  }

  get memory(): WasmMemory {
    return {
      reserved: this.#running.memory.buffer.byteLength,
      inUse: this.#running.heapTop() >>> 0,
    };
  }

  /** Ends the threads and lets go of the memory; every later call throws `DISPOSED`. */
  dispose(): void {
    if (this.#native) this.#stop();
    this.#native = undefined;
  }

  get #running(): NativeExports {
    if (this.#native) return this.#native;
    throw new TransferError({
      code: 'DISPOSED',
      who: 'WasmLinearAlgebra',
      message: 'the engine was disposed of. Load another one.',
    });
  }

  multiply(a: Matrix, b: DenseMatrix, options?: MultiplyOptions): DenseMatrix {
    return multiply(this.#running, a, b, options);
  }

  crossProduct(a: Matrix): DenseMatrix {
    return crossProduct(this.#running, a);
  }

  cholesky(a: DenseMatrix): DenseMatrix {
    return cholesky(this.#running, a);
  }

  solveTriangular(
    lower: DenseMatrix,
    b: DenseMatrix,
    options?: { readonly transpose?: boolean },
  ): DenseMatrix {
    return solveTriangular(this.#running, lower, b, options);
  }

  solvePositiveDefinite(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return solvePositiveDefinite(this.#running, a, b);
  }

  solve(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return solve(this.#running, a, b);
  }

  leastSquares(a: DenseMatrix, b: DenseMatrix): LeastSquares {
    return leastSquares(this.#running, a, b);
  }

  qr(a: DenseMatrix): { readonly q: DenseMatrix; readonly r: DenseMatrix } {
    return qr(this.#running, a);
  }

  eigenSymmetric(a: DenseMatrix, options?: EigenOptions): Eigen {
    return eigenSymmetric(this.#running, a, options);
  }

  eigenGeneralized(a: DenseMatrix, b: DenseMatrix, options?: EigenOptions): Eigen {
    return eigenGeneralized(this.#running, a, b, options);
  }

  svd(a: DenseMatrix, options?: { readonly count?: number }): Svd {
    return svd(this.#running, a, options);
  }

  squaredDistances(x: Matrix, y: Matrix): DenseMatrix {
    return squaredDistances(this.#running, x, y);
  }

  kernelMatrix(kernel: Kernel, x: Matrix, y: Matrix): DenseMatrix {
    return kernelMatrix(this.#running, kernel, x, y);
  }

  /** Exact transport for `optimalTransport`, which checks the problem first. */
  solveTransport(problem: TransportProblem): TransportBasis {
    return solveTransport(this.#running, problem);
  }

  /** Entropic transport for `sinkhorn` and its relatives, which check the problem first. */
  solveScaling(problem: ScalingProblem): ScalingSolution {
    return solveScaling(this.#running, problem);
  }

  /** `op(a) · op(b)` in single precision, about twice as fast as in double. */
  multiplyFloat32(a: Float32Matrix, b: Float32Matrix, options?: MultiplyOptions): Float32Matrix {
    return multiplyFloat32(this.#running, a, b, options);
  }

  /** Weight, mean and scatter of the rows in one pass, without cancellation far from the origin. Weights may be zero but
   * must not sum to zero; all are 1 when left out. */
  moments(x: DenseMatrix, weights?: Float64Array): Moments {
    return moments(this.#running, x, weights);
  }

  /** `exp` of every value, within one unit in the last place. */
  exponential(values: Float64Array): Float64Array {
    return mapCopy(this.#running, 'exponential', values, this.#running.expInPlace);
  }

  /** Natural logarithm of every value, within one unit in the last place. */
  logarithm(values: Float64Array): Float64Array {
    return mapCopy(this.#running, 'logarithm', values, this.#running.logInPlace);
  }
}

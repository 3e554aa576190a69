import {
  TransferError,
  denseMatrix,
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
import type { MaybeTransportEngine, TransportEngine } from '@graft-ml/numerics';
import type { Float32Matrix } from '@graft-ml/numerics/wasm';
import { startNativeProducts, type NativeProducts } from './internal/native-products.js';

export interface NativeLinearAlgebraOptions {
  /** The engine for everything that is not a large product. */
  readonly base: MaybeTransportEngine;
  /** Native threads. Default 1. */
  readonly threads?: number;
  /** Multiplications from which a product is handed over. Default 4 194 304, a product of 161 rows: below, the way there and
   * back costs more than it saves. */
  readonly threshold?: number;
}

const defaultThreshold = 2 ** 22;

/** Loads ONNX Runtime on a thread of its own and puts it under `base`. */
export async function loadNativeLinearAlgebra(
  options: NativeLinearAlgebraOptions,
): Promise<NativeLinearAlgebra> {
  const products = await startNativeProducts({
    threads: options.threads ?? 1,
    who: 'loadNativeLinearAlgebra',
  });
  return new NativeLinearAlgebra(options.base, products, options.threshold ?? defaultThreshold);
}

/** Linear algebra whose large products run natively in ONNX Runtime; made by `loadNativeLinearAlgebra`.
 *
 * Handed over are dense products from `threshold` multiplications on whose sides are all 16 or more, and with them
 * `crossProduct` and the linear kernel. Everything else is the base engine's: distances, other kernels and decompositions were
 * no faster when built from native products, because the base engine computes one triangle, or fuses the steps.
 */
export class NativeLinearAlgebra implements LinearAlgebra, Partial<TransportEngine> {
  readonly name: string;
  readonly threads: number;
  readonly threshold: number;
  readonly solveTransport?: TransportEngine['solveTransport'];
  readonly solveScaling?: TransportEngine['solveScaling'];
  readonly #base: MaybeTransportEngine;
  #products: NativeProducts | undefined;

  /** @internal Use `loadNativeLinearAlgebra`. */
  constructor(base: MaybeTransportEngine, products: NativeProducts, threshold: number) {
    this.#base = base;
    this.#products = products;
    this.threads = products.threads;
    this.threshold = threshold;
    this.name = `onnxruntime over ${base.name}`;
    if (base.solveTransport) this.solveTransport = (problem) => base.solveTransport!(problem);
    if (base.solveScaling) this.solveScaling = (problem) => base.solveScaling!(problem);
  }

  /** Ends the native thread; every later call throws `DISPOSED`. The base engine stays with its owner. */
  dispose(): void {
    this.#products?.stop();
    this.#products = undefined;
  }

  /** The base engine, as long as this one was not disposed of. */
  get #live(): MaybeTransportEngine {
    if (this.#products) return this.#base;
    throw disposed();
  }

  get #running(): NativeProducts {
    if (this.#products) return this.#products;
    throw disposed();
  }

  /** Whether handing over pays: enough arithmetic, and enough of it for each number that is moved. */
  #pays(rows: number, inner: number, columns: number): boolean {
    return rows * inner * columns >= this.threshold && Math.min(rows, inner, columns) >= 16;
  }

  multiply(a: Matrix, b: DenseMatrix, options: MultiplyOptions = {}): DenseMatrix {
    const { transposeA = false, transposeB = false } = options;
    const [rows, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
    const [innerB, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
    if (
      !this.#products ||
      a.format === 'csr' ||
      inner !== innerB ||
      !this.#pays(rows, inner, columns)
    )
      return this.#live.multiply(a, b, options);
    return denseMatrix(rows, columns, this.#products.multiply(a, b, transposeA, transposeB));
  }

  /** `op(a) · op(b)` in single precision, always native: half the numbers to move, and twice the speed. */
  multiplyFloat32(
    a: Float32Matrix,
    b: Float32Matrix,
    options: MultiplyOptions = {},
  ): Float32Matrix {
    const { transposeA = false, transposeB = false } = options;
    const [rows, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
    const [innerB, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
    if (inner !== innerB) throw doesNotFit([rows, inner], [innerB, columns]);
    if (rows * inner * columns === 0)
      return { rows, columns, data: new Float32Array(rows * columns) };
    return { rows, columns, data: this.#running.multiply(a, b, transposeA, transposeB) };
  }

  crossProduct(a: Matrix): DenseMatrix {
    // The base engine computes one triangle only.
    if (!this.#products || a.format === 'csr' || !this.#pays(a.columns, a.rows, a.columns / 2))
      return this.#live.crossProduct(a);
    const n = a.columns;
    const data = this.#products.multiply(a, a, true, false);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j]!;
    return denseMatrix(n, n, data);
  }

  cholesky(a: DenseMatrix): DenseMatrix {
    return this.#live.cholesky(a);
  }

  solveTriangular(
    lower: DenseMatrix,
    b: DenseMatrix,
    options?: { readonly transpose?: boolean },
  ): DenseMatrix {
    return this.#live.solveTriangular(lower, b, options);
  }

  solvePositiveDefinite(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return this.#live.solvePositiveDefinite(a, b);
  }

  solve(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
    return this.#live.solve(a, b);
  }

  leastSquares(a: DenseMatrix, b: DenseMatrix): LeastSquares {
    return this.#live.leastSquares(a, b);
  }

  qr(a: DenseMatrix): { readonly q: DenseMatrix; readonly r: DenseMatrix } {
    return this.#live.qr(a);
  }

  eigenSymmetric(a: DenseMatrix, options?: EigenOptions): Eigen {
    return this.#live.eigenSymmetric(a, options);
  }

  eigenGeneralized(a: DenseMatrix, b: DenseMatrix, options?: EigenOptions): Eigen {
    return this.#live.eigenGeneralized(a, b, options);
  }

  svd(a: DenseMatrix, options?: { readonly count?: number }): Svd {
    return this.#live.svd(a, options);
  }

  squaredDistances(x: Matrix, y: Matrix): DenseMatrix {
    return this.#live.squaredDistances(x, y);
  }

  kernelMatrix(kernel: Kernel, x: Matrix, y: Matrix): DenseMatrix {
    const dense = x.format === 'dense' && y.format === 'dense' && x.columns === y.columns;
    if (kernel.type === 'linear' && dense) return this.multiply(x, y, { transposeB: true });
    return this.#live.kernelMatrix(kernel, x, y);
  }
}

function disposed(): TransferError {
  return new TransferError({
    code: 'DISPOSED',
    who: 'NativeLinearAlgebra',
    message: 'the engine was disposed of. Load another one.',
  });
}

function doesNotFit(a: readonly number[], b: readonly number[]): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'multiplyFloat32',
    message: `the columns of the first matrix must be the rows of the second; received [${a.join()}] and [${b.join()}].`,
    details: { argument: 'b', expected: a[1], received: b[0] },
  });
}

import type { DenseMatrix, Matrix } from './matrix.js';
import { token, type Token } from './token.js';

export interface MultiplyOptions {
  /** Use `aᵀ` in place of `a`. Default false. */
  readonly transposeA?: boolean;
  /** Use `bᵀ` in place of `b`. Default false. */
  readonly transposeB?: boolean;
}

export interface EigenOptions {
  /** How many pairs; all when left out. */
  readonly count?: number;
  /** Which end of the spectrum: `'largest'` (default) gives descending values, `'smallest'` ascending ones. */
  readonly which?: 'largest' | 'smallest';
}

export interface Eigen {
  /** Ordered as {@link EigenOptions.which} says. */
  readonly values: Float64Array;
  /** Column `j` belongs to `values[j]`; its entry of largest magnitude is positive (the first of them on a tie). */
  readonly vectors: DenseMatrix;
}

export interface Svd {
  /** Left singular vectors [rows, count]. */
  readonly u: DenseMatrix;
  /** Singular values, descending. */
  readonly s: Float64Array;
  /** Right singular vectors [columns, count]; in each column the entry of largest magnitude is positive, `u` follows. */
  readonly v: DenseMatrix;
}

export interface LeastSquares {
  /** The solution of least norm [a.columns, b.columns]. */
  readonly x: DenseMatrix;
  /** Numerical rank of `a`: singular values above `max(rows, columns) · ε · s₁`. */
  readonly rank: number;
}

/** A similarity between samples; `gamma` multiplies distances or products as in the usual formulas.
 *
 * linear `x·y` · rbf `exp(−γ‖x−y‖²)` · laplacian `exp(−γ‖x−y‖₁)` · polynomial `(γ x·y + c)^degree` ·
 * cosine `x·y / (‖x‖‖y‖)`, 0 where a row is zero · chi2 `exp(−γ Σ (xᵢ−yᵢ)²/(xᵢ+yᵢ))` on non-negative data · sigmoid `tanh(γ x·y + c)`
 */
export type Kernel =
  | { readonly type: 'linear' }
  | { readonly type: 'rbf'; readonly gamma: number }
  | { readonly type: 'laplacian'; readonly gamma: number }
  | {
      readonly type: 'polynomial';
      readonly gamma: number;
      readonly degree: number;
      readonly constant: number;
    }
  | { readonly type: 'cosine' }
  | { readonly type: 'chi2'; readonly gamma: number }
  | { readonly type: 'sigmoid'; readonly gamma: number; readonly constant: number };

/** Dense float64 linear algebra behind which engines take turns.
 *
 * Inputs are never changed and results are always new matrices that the caller owns. Calls are synchronous: an engine
 * that must be loaded is loaded before it is handed in. Symmetric inputs are read from their lower triangle.
 * Errors: `SHAPE_MISMATCH` for sizes that do not fit, `NUMERICAL` with `details.pivot` for a matrix that is not positive
 * definite or is singular, `NOT_CONVERGED` for an iteration that gave up, `OUT_OF_MEMORY` with the bytes asked for.
 */
export interface LinearAlgebra {
  /** A short name for reports: `reference`, `wasm-simd`, … */
  readonly name: string;
  /** `op(a) · op(b)`. A sparse `a` is multiplied without being made dense. */
  multiply(a: Matrix, b: DenseMatrix, options?: MultiplyOptions): DenseMatrix;
  /** `aᵀ · a` [columns, columns], exactly symmetric; sparse rows stay sparse on the way. */
  crossProduct(a: Matrix): DenseMatrix;
  /** Lower-triangular `L` with `L·Lᵀ = a` for a symmetric positive definite `a`. */
  cholesky(a: DenseMatrix): DenseMatrix;
  /** Solves `L·x = b`, or `Lᵀ·x = b` with `transpose`, for a lower-triangular `L`. */
  solveTriangular(
    lower: DenseMatrix,
    b: DenseMatrix,
    options?: { readonly transpose?: boolean },
  ): DenseMatrix;
  /** Solves `a·x = b` for a symmetric positive definite `a`. */
  solvePositiveDefinite(a: DenseMatrix, b: DenseMatrix): DenseMatrix;
  /** Solves `a·x = b` for a general square `a` by LU with partial pivoting. */
  solve(a: DenseMatrix, b: DenseMatrix): DenseMatrix;
  /** Minimises `‖a·x − b‖` column by column; of all minimisers the one of least norm. */
  leastSquares(a: DenseMatrix, b: DenseMatrix): LeastSquares;
  /** Thin factorisation of a tall `a` (rows ≥ columns): orthonormal `q` [rows, columns], upper-triangular `r` with a non-negative diagonal. */
  qr(a: DenseMatrix): { readonly q: DenseMatrix; readonly r: DenseMatrix };
  /** Eigenpairs of a symmetric `a`; orthonormal vectors. */
  eigenSymmetric(a: DenseMatrix, options?: EigenOptions): Eigen;
  /** Pairs of `a·v = w·b·v` for symmetric `a` and symmetric positive definite `b`; `vᵀ·b·v = 1`. */
  eigenGeneralized(a: DenseMatrix, b: DenseMatrix, options?: EigenOptions): Eigen;
  /** Thin singular value decomposition `a = u·diag(s)·vᵀ`; `count` keeps the largest. */
  svd(a: DenseMatrix, options?: { readonly count?: number }): Svd;
  /** `‖xᵢ − yⱼ‖²` [x.rows, y.rows]; never negative, exact zero for equal rows, no cancellation far from the origin. */
  squaredDistances(x: Matrix, y: Matrix): DenseMatrix;
  /** Kernel matrix [x.rows, y.rows]. */
  kernelMatrix(kernel: Kernel, x: Matrix, y: Matrix): DenseMatrix;
}

/** Where strategies ask for their linear algebra. */
export const LinearAlgebraToken: Token<LinearAlgebra> =
  /* @__PURE__ */ token<LinearAlgebra>('linear-algebra');

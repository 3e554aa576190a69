import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type SparseMatrix,
  type TrainingRows,
} from '@graft-ml/core';
import { solveSvmDual } from '@graft-ml/numerics';
import { rowRange } from './label-target.js';
import { addToDiagonal, plus, scaled, transposed } from './matrix-sums.js';
import { symmetricProduct } from './symmetric-product.js';

/** What stays the same while pseudo labels change. */
export interface ClassifierSetting {
  /** G [nSource + nTarget, r] with K = G·Gᵀ, source rows first. */
  readonly rows: DenseMatrix;
  /** Which rows of G are a lower triangle in this order, if any are known to be [r]. */
  readonly triangle?: Int32Array | undefined;
  readonly source: Pick<TrainingRows, 'y' | 'weights'>;
  readonly nClasses: number;
  readonly laplacian: SparseMatrix;
  readonly loss: 'squared' | 'hinge';
  /** σ, the price of ‖f‖²_K. */
  readonly regularization: number;
  /** λ, the price of fᵀ·M·f. */
  readonly alignment: number;
  /** γ, the price of fᵀ·L·f. */
  readonly smoothness: number;
}

/** One function per class, f_c = G·z_c + b_c. */
export interface ClassFunctions {
  /** z [r, nClasses]. */
  readonly directions: DenseMatrix;
  /** b [nClasses]. */
  readonly intercepts: Float64Array;
  /** Loss and all three prices, summed over the classes. */
  readonly objective: number;
  /** False where the dual problem of some class ran out of steps. */
  readonly solved: boolean;
}

/** Largest violation of the optimality conditions that the hinge loss stops at. */
const dualTolerance = 1e-8;

/** Prepares min_z loss + σ‖z‖² + λ·zᵀVVᵀz + γ·zᵀGᵀLGz for any V = GᵀDᵀ [r, few] with M = DᵀD.
 *
 * squared  Σᵢ wᵢ(f(xᵢ) − yᵢ)² over source rows, y in {0, 1}:  (B + λVVᵀ)·z = GᵀE·y,  B = σI + γ·GᵀLG + GᵀEG, E = diag(w)
 * hinge    Σᵢ cᵢ·max(0, 1 − yᵢ(f(xᵢ) + b)), c = w/Σw, y in {−1, 1}:  z = (B + λVVᵀ)⁻¹·Gᵀ(y∘β)/2,  B = σI + γ·GᵀLG, where β
 *          minimises ½βᵀQβ − Σβ under yᵀβ = 0, 0 ≤ β ≤ c, with Q = yyᵀ ∘ G(B + λVVᵀ)⁻¹Gᵀ/2 over source rows
 *
 * B = lower·lowerᵀ is factored once. In coordinates u = lowerᵀ·z it is the identity, and V comes in by the Woodbury
 * identity (I + λvvᵀ)⁻¹ = I − λv·(I + λvᵀv)⁻¹·vᵀ, v = lower⁻¹·V.
 */
export function regularizedClassifier(
  linearAlgebra: LinearAlgebra,
  setting: ClassifierSetting,
): (discrepancies: DenseMatrix) => ClassFunctions {
  const { rows, source, nClasses, alignment } = setting;
  const squared = setting.loss === 'squared';
  const labelled = rowRange(rows, 0, source.y.length);
  const weights = source.weights ?? new Float64Array(source.y.length).fill(1);
  const prices = symmetricProduct(
    linearAlgebra,
    rows,
    pricedRows(linearAlgebra, setting, squared ? weights : new Float64Array(weights.length)),
    setting.triangle,
  );
  const lower = linearAlgebra.cholesky(addToDiagonal(prices, setting.regularization));
  const enter = (given: DenseMatrix) => linearAlgebra.solveTriangular(lower, given);
  const leave = (u: DenseMatrix) => linearAlgebra.solveTriangular(lower, u, { transpose: true });
  const seen = enter(
    squared ? classSums(labelled, source.y, weights, nClasses) : transposed(labelled),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);

  return (discrepancies) => {
    const v = enter(transposed(discrepancies));
    const inner = addToDiagonal(scaled(linearAlgebra.crossProduct(v), alignment), 1);
    const along = linearAlgebra.multiply(v, seen, { transposeA: true });
    const excess = linearAlgebra.multiply(v, linearAlgebra.solvePositiveDefinite(inner, along));
    const reached = plus(seen, scaled(excess, -alignment));
    if (squared) {
      let objective = total;
      for (let p = 0; p < reached.data.length; p++) objective -= seen.data[p] * reached.data[p];
      const intercepts = new Float64Array(nClasses);
      return { directions: leave(reached), intercepts, objective, solved: true };
    }
    const kernel = scaled(linearAlgebra.multiply(seen, reached, { transposeA: true }), 1 / 2);
    const upper = weights.map((weight) => weight / total);
    const { duals, ...rest } = hingeDuals(kernel, source.y, upper, nClasses);
    return { directions: leave(linearAlgebra.multiply(reached, duals)), ...rest };
  };
}

/** One class against the rest: columns y∘β/2 [nSource, nClasses]. */
function hingeDuals(kernel: DenseMatrix, y: Float64Array, upper: Float64Array, nClasses: number) {
  const n = kernel.rows;
  const duals = denseMatrix(n, nClasses);
  const intercepts = new Float64Array(nClasses);
  const kernelDiagonal = Float64Array.from({ length: n }, (_, i) => kernel.data[i * n + i]);
  const kernelRow = (i: number) => kernel.data.subarray(i * n, (i + 1) * n);
  const linear = new Float64Array(n).fill(-1);
  let objective = 0;
  let solved = true;
  for (let c = 0; c < nClasses; c++) {
    const signs = y.map((label) => (label === c ? 1 : -1));
    const dual = solveSvmDual(
      { kernelRow, kernelDiagonal, linear, signs, upper },
      { tolerance: dualTolerance },
    );
    for (let i = 0; i < n; i++) duals.data[i * nClasses + c] = (signs[i] * dual.a[i]) / 2;
    intercepts[c] = -dual.threshold;
    objective -= dual.objective;
    solved &&= dual.converged;
  }
  return { duals, intercepts, objective, solved };
}

/** (γL + E)·G with the weights of the source rows on E's diagonal. */
function pricedRows(
  linearAlgebra: LinearAlgebra,
  { rows, laplacian, smoothness }: ClassifierSetting,
  weights: Float64Array,
): DenseMatrix {
  const priced = linearAlgebra.multiply(laplacian, rows);
  const { data } = priced;
  for (let i = 0, p = 0; i < rows.rows; i++) {
    const weight = weights[i] ?? 0;
    for (const end = p + rows.columns; p < end; p++) {
      data[p] = smoothness * data[p] + weight * rows.data[p];
    }
  }
  return priced;
}

/** GᵀE·y for all classes: weighted sums of the rows of each [r, nClasses]. */
function classSums(
  { rows, columns, data }: DenseMatrix,
  y: Float64Array,
  weights: Float64Array,
  nClasses: number,
): DenseMatrix {
  const sums = denseMatrix(nClasses, columns);
  for (let i = 0, p = 0; i < rows; i++) {
    const from = y[i] * columns;
    for (let j = 0; j < columns; j++, p++) sums.data[from + j] += weights[i] * data[p];
  }
  return transposed(sums);
}

import { denseMatrix, TransferError, type Eigen, type LinearAlgebra } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { largestMagnitude } from '../internal/vector.js';
import { randomSource } from '../random.js';
import { KrylovSpace, type BlockOperator, type ConvergedPairs } from './krylov-space.js';

export interface LargestEigenpairsOptions {
  /** Bound of ‖A·v − w·v‖ relative to the largest |w| met, for every pair. Default 1e-10. */
  readonly tolerance?: number;
  /** Columns per product. Default: half of `count`, between 4 and 32. */
  readonly blockSize?: number;
  /** Restarts before the direct method takes over. Default 30. */
  readonly maxRestarts?: number;
  /** Seed of the first block. Default 0. */
  readonly seed?: number;
}

export interface LargestEigenpairs extends Eigen {
  /** ‖A·v − w·v‖ of each pair, relative to the largest |w|. */
  readonly residuals: Float64Array;
  /** Columns the operator was applied to. */
  readonly products: number;
  readonly restarts: number;
  /** `'direct'`: the matrix was small, many pairs were asked for, or Lanczos did not settle in
   * time; the operator was then written out as a matrix. */
  readonly method: 'lanczos' | 'direct';
}

const who = 'largestEigenpairs';

/** The `count` algebraically largest eigenvalues, descending, and their vectors of a symmetric
 * operator on ℝⁿ that is only known by its products: thick-restart block Lanczos with full
 * reorthogonalisation (wu2000; golub2013, 10.3).
 *
 * Values are accepted only after a second space, grown from random directions beside their vectors,
 * has changed none, because a Krylov space never sees more copies of a repeated eigenvalue than its
 * blocks are wide. Memory is about 3·count + 5·blockSize columns of n numbers. Always answers:
 * where the iteration would not pay (n ≤ 200, or count above n/6, or blockSize above n/12) or does
 * not settle, all n products are formed and the engine's own eigenvalue routine is used. Errors:
 * `INVALID_OPTION`, `SHAPE_MISMATCH` of a wrong product.
 */
export function largestEigenpairs(
  linalg: LinearAlgebra,
  apply: BlockOperator,
  n: number,
  count: number,
  options: LargestEigenpairsOptions = {},
): LargestEigenpairs {
  const { tolerance = 1e-10, maxRestarts = 30, seed = 0 } = options;
  const blockSize = options.blockSize ?? Math.max(4, Math.min(32, Math.ceil(count / 2)));
  checkOption(who, 'count', count, 'integer', { atLeast: 0, atMost: n });
  checkOption(who, 'tolerance', tolerance, 'number', { atLeast: 0 });
  checkOption(who, 'blockSize', blockSize, 'integer', { atLeast: 1 });
  checkOption(who, 'maxRestarts', maxRestarts, 'integer', { atLeast: 0 });
  const state = { products: 0, restarts: 0 };
  const counted: BlockOperator = (block) => {
    state.products += block.columns;
    const image = apply(block);
    if (image.rows === n && image.columns === block.columns) return image;
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who,
      message: `the operator must turn ${n} × ${block.columns} into the same; it gave ${image.rows} × ${image.columns}.`,
      details: { argument: 'apply', expected: [n, block.columns] },
    });
  };
  if (count > 0 && n > 200 && count <= n / 6 && blockSize <= n / 12) {
    const space = new KrylovSpace(linalg, counted, n, count, blockSize, randomSource(seed));
    let candidate: ConvergedPairs | undefined;
    for (; state.restarts <= maxRestarts; state.restarts++) {
      space.expand();
      const found = space.converged(tolerance);
      if (found && candidate && agree(found, candidate, tolerance)) {
        return { ...found, ...state, method: 'lanczos' };
      }
      candidate = found;
      if (found) space.restartRandomly();
      else space.restart();
    }
  }
  return { ...direct(linalg, counted, n, count), ...state, method: 'direct' };
}

/** Whether a space grown from fresh random directions beside the vectors found has changed no
 * value. */
function agree(found: ConvergedPairs, candidate: ConvergedPairs, tolerance: number): boolean {
  const scale = largestMagnitude(found.values);
  const slack = Math.max(tolerance, 100 * Number.EPSILON) * scale;
  return found.values.every((value, k) => Math.abs(value - candidate.values[k]) <= slack);
}

/** Applies the operator to the unit vectors and solves for the written-out matrix. */
function direct(
  linalg: LinearAlgebra,
  apply: BlockOperator,
  n: number,
  count: number,
): ConvergedPairs {
  const matrix = denseMatrix(n, n);
  const width = 64;
  for (let start = 0; start < n; start += width) {
    const columns = Math.min(width, n - start);
    const units = denseMatrix(n, columns);
    for (let k = 0; k < columns; k++) units.data[(start + k) * columns + k] = 1;
    const image = apply(units);
    for (let i = 0; i < n; i++) {
      matrix.data.set(image.data.subarray(i * columns, (i + 1) * columns), i * n + start);
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (matrix.data[i * n + j] + matrix.data[j * n + i]) / 2;
      matrix.data[i * n + j] = matrix.data[j * n + i] = mean;
    }
  }
  const { values, vectors } = linalg.eigenSymmetric(matrix, { count });
  const image = linalg.multiply(matrix, vectors);
  const residuals = new Float64Array(count);
  image.data.forEach((value, p) => {
    const j = p % count;
    residuals[j] += (value - values[j] * vectors.data[p]) ** 2;
  });
  const scale = Math.max(Number.MIN_VALUE, largestMagnitude(values));
  return { values, vectors, residuals: residuals.map((squares) => Math.sqrt(squares) / scale) };
}

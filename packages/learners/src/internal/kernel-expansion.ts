import {
  type DenseMatrix,
  denseMatrix,
  type FittedState,
  type Kernel,
  type LinearAlgebra,
  type Matrix,
  type RunOptions,
  selectRows,
  type StateArray,
  type StateReader,
  step,
} from '@graft-ml/core';
import { checkFinite } from './check.js';
import { readKernel } from './kernel-choice.js';
import { rowBlocks } from './row-range.js';
import { matrixArrays, readMatrix } from './task-state.js';

/** Functions Σᵢ coefficientsₖᵢ·kernel(vectorᵢ, x) + interceptₖ. */
export interface KernelExpansion {
  readonly kernel: Kernel;
  /** [vectors, nFeatures]. */
  readonly vectors: Matrix;
  /** [outputs, vectors]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
}

/** The expansion over those rows of `x` that some output uses; `dense` is [outputs, x.rows]. */
export function expansionOver(
  kernel: Kernel,
  x: Matrix,
  dense: DenseMatrix,
  intercepts: Float64Array,
): KernelExpansion {
  const used: number[] = [];
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < dense.rows; k++) {
      if (dense.data[k * x.rows + i] === 0) continue;
      used.push(i);
      break;
    }
  }
  const coefficients = denseMatrix(dense.rows, used.length);
  for (let k = 0; k < dense.rows; k++) {
    for (let p = 0; p < used.length; p++) {
      coefficients.data[k * used.length + p] = dense.data[k * x.rows + used[p]];
    }
  }
  return { kernel, vectors: selectRows(x, used), coefficients, intercepts };
}

/** Values of all functions at the rows of `x` [x.rows, outputs], block by block. Errors: `NUMERICAL`, `ABORTED`. */
export async function evaluateExpansion(
  who: string,
  linearAlgebra: LinearAlgebra,
  { kernel, vectors, coefficients, intercepts }: KernelExpansion,
  x: Matrix,
  run?: RunOptions,
): Promise<DenseMatrix> {
  const outputs = intercepts.length;
  const values = denseMatrix(x.rows, outputs);
  let done = 0;
  for (const block of rowBlocks(x, 256)) {
    const similarity = linearAlgebra.kernelMatrix(kernel, block, vectors);
    const sums = linearAlgebra.multiply(similarity, coefficients, { transposeB: true });
    for (let p = 0; p < sums.data.length; p++) sums.data[p] += intercepts[p % outputs];
    values.data.set(sums.data, done * outputs);
    done += block.rows;
    await step(run, who, { stage: 'comparing rows', done, total: x.rows });
  }
  checkFinite(values.data, who, 'a score');
  return values;
}

export function expansionArrays(expansion: KernelExpansion): Record<string, StateArray> {
  const { coefficients, intercepts, vectors } = expansion;
  const { rows, columns, data } = coefficients;
  return {
    ...matrixArrays('vectors', vectors),
    coefficients: { shape: [rows, columns], data },
    intercepts: { shape: [rows], data: intercepts },
  };
}

/** Reads what {@link expansionArrays} wrote, and the kernel under the name `kernel`. */
export function readExpansion(
  state: FittedState,
  reader: StateReader,
  nFeatures: number,
): KernelExpansion {
  const vectors = readMatrix(state, reader, 'vectors', nFeatures);
  const coefficients = reader.matrix('coefficients', -1, vectors.rows);
  return {
    kernel: readKernel(state, reader.value('kernel')),
    vectors,
    coefficients,
    intercepts: reader.array('intercepts', coefficients.rows),
  };
}

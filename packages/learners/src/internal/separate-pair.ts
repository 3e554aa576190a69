import { solveSvmDual } from '@graft-ml/numerics';
import type { KernelRows } from './kernel-rows.js';

/** A hyperplane in the kernel's space: Σ coefficientᵢ·kernel(xᵢ, ·) + intercept. */
export interface Separation {
  /** One per row of the kernel; 0 where it does not matter. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** The dual value, 1ᵀa − ½·aᵀQa. */
  readonly objective: number;
  readonly kktResidual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Separates rows of sign +1 from rows of sign −1 by a C-SVM: max 1ᵀa − ½·aᵀQa, 0 ≤ aᵢ ≤ Cᵢ, Σ signᵢ·aᵢ = 0.
 *
 * @param samples the rows of the kernel to use; `signs` and `upper` (Cᵢ) belong to them
 */
export function separatePair(
  kernel: KernelRows,
  samples: Int32Array,
  signs: Int8Array,
  upper: Float64Array,
  tolerance: number,
): Separation {
  const coefficients = new Float64Array(kernel.diagonal.length);
  if (!signs.includes(1) || !signs.includes(-1)) {
    const intercept = signs.includes(1) ? 1 : -1;
    const trivial = { objective: 0, kktResidual: 0, iterations: 0, converged: true };
    return { coefficients, intercept, ...trivial };
  }
  const result = solveSvmDual(
    {
      kernelRow: (row) => kernel.row(row),
      kernelDiagonal: kernel.diagonal,
      linear: new Float64Array(samples.length).fill(-1),
      signs,
      upper,
      samples,
    },
    { tolerance },
  );
  samples.forEach((row, t) => (coefficients[row] = signs[t] * result.a[t]));
  return {
    coefficients,
    intercept: -result.threshold,
    objective: -result.objective,
    kktResidual: result.kktResidual,
    iterations: result.iterations,
    converged: result.converged,
  };
}

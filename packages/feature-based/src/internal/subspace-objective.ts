import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { plus, scaled } from './matrix-sums.js';

/** What a subspace is judged by: something to keep, something to avoid, and the two samples that shall look alike in it. */
export interface SubspaceCriterion {
  /** Rows of both domains [n, r], with the signed weights c [n]: wᵢ/Σw on the source, −1/nTarget on the target. */
  readonly rows: DenseMatrix;
  readonly signs: Float64Array;
  /** λ, the price of densities that differ. */
  readonly alignment: number;
  /** γ of the kernel in the subspace. */
  readonly gamma: number;
  /** tr(Wᵀ·price·W) / tr(Wᵀ·gain·W) with gain, or tr(Wᵀ·price·W) without. */
  readonly price: DenseMatrix;
  readonly gain?: DenseMatrix | undefined;
}

export interface SubspaceValue {
  readonly value: number;
  /** D alone. */
  readonly divergence: number;
  /** ∂value/∂W [r, k]. */
  readonly gradient: DenseMatrix;
}

/** F(W) + λ·D(W) and its gradient at W [r, k].
 *
 * D = Σ_ij cᵢ·cⱼ·exp(−γ‖zᵢ − zⱼ‖²), Z = rows·W: up to a constant factor the integral of (p_S − p_T)² over the subspace, for
 * Gaussian kernel estimates of both densities with bandwidth h, γ = 1/(4h²). ∂D/∂Z = −4γ·(diag(P·1)·Z − P·Z), P = c·cᵀ ∘ k.
 */
export function subspaceValue(
  linearAlgebra: LinearAlgebra,
  { rows, signs, alignment, gamma, price, gain }: SubspaceCriterion,
  w: DenseMatrix,
): SubspaceValue {
  const z = linearAlgebra.multiply(rows, w);
  const kernel = linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, z, z);
  const n = z.rows;
  let divergence = 0;
  const pull = Float64Array.from(z.data);
  for (let i = 0, p = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++, p++) sum += kernel.data[p] *= signs[i] * signs[j];
    divergence += sum;
    for (let k = 0; k < z.columns; k++) pull[i * z.columns + k] *= sum;
  }
  const push = linearAlgebra.multiply(kernel, z);
  const slope = scaled(
    plus(denseMatrix(n, z.columns, pull), scaled(push, -1)),
    -4 * gamma * alignment,
  );
  const paid = linearAlgebra.multiply(price, w);
  const cost = innerProduct(paid, w);
  const won = gain && linearAlgebra.multiply(gain, w);
  const worth = won ? innerProduct(won, w) : 1;
  // The derivative of cost/worth.
  const own = won
    ? plus(scaled(paid, 2 / worth), scaled(won, (-2 * cost) / worth ** 2))
    : scaled(paid, 2);
  return {
    value: cost / worth + alignment * divergence,
    divergence,
    gradient: plus(own, linearAlgebra.multiply(rows, slope, { transposeA: true })),
  };
}

function innerProduct(a: DenseMatrix, b: DenseMatrix): number {
  return a.data.reduce((sum, value, p) => sum + value * b.data[p], 0);
}

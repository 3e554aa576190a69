import type { DenseMatrix } from '@graft-ml/core';

export interface PriorByEm {
  readonly prior: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  /** mean over rows of ln Σ_c P(c | x)·prior(c)/sourcePrior(c). */
  readonly logLikelihood: number;
}

/** The class shares that make unlabelled rows likeliest, given posteriors learned under other shares (saerens2002).
 *
 * qᵢ(c) ∝ P(c | xᵢ)·prior(c)/sourcePrior(c);   prior(c) ← mean qᵢ(c)    until no share moves by more than `tolerance`
 * Classes without share in the source stay without.
 */
export function priorByEm(
  { rows, columns, data }: DenseMatrix,
  sourcePrior: Float64Array,
  { maxIterations, tolerance }: { readonly maxIterations: number; readonly tolerance: number },
): PriorByEm {
  let prior = sourcePrior.slice();
  const factor = new Float64Array(columns);
  let iterations = 0;
  let converged = false;
  let logLikelihood = 0;
  const likelihoods = () => {
    for (let c = 0; c < columns; c++)
      factor[c] = sourcePrior[c] > 0 ? prior[c] / sourcePrior[c] : 0;
  };
  while (iterations < maxIterations && !converged) {
    likelihoods();
    const next = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += data[i * columns + c] * factor[c];
      // A row whose classes have all lost their share says nothing about the others.
      if (sum === 0) continue;
      for (let c = 0; c < columns; c++) next[c] += (data[i * columns + c] * factor[c]) / sum;
    }
    const total = next.reduce((a, b) => a + b, 0);
    let moved = 0;
    for (let c = 0; c < columns; c++) {
      next[c] /= total;
      moved = Math.max(moved, Math.abs(next[c] - prior[c]));
    }
    prior = next;
    iterations++;
    converged = moved <= tolerance;
  }
  likelihoods();
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += data[i * columns + c] * factor[c];
    if (sum > 0) logLikelihood += Math.log(sum) / rows;
  }
  return { prior, iterations, converged, logLikelihood };
}

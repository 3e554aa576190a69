import type { LinearAlgebra, Matrix } from '@graft-ml/core';
import {
  LinearObjective,
  type LinearPrior,
  type LinearSolution,
} from './internal/linear-objective.js';

export interface LogisticProblem {
  /** [n, nFeatures]. */
  readonly x: Matrix;
  /** Class index of each row [n]. */
  readonly y: Float64Array;
  /** At least 2. */
  readonly nClasses: number;
  /** One per row, not negative; default all 1. */
  readonly weights?: Float64Array;
  /** λ in [0, ∞); the C of other libraries is 1 / λ. */
  readonly regularization: number;
  /** Whether there is an intercept. Default true. */
  readonly intercept?: boolean;
  /** What coefficients are pulled towards; default zero. */
  readonly prior?: LinearPrior;
  /** Default 1e-6; see {@link minimizeLogisticLoss}. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Multiplies dense rows all at once, which is faster than row by row; same result to rounding. */
  readonly linearAlgebra?: LinearAlgebra;
}

/** Fits a logistic model, binary or multinomial, with an L2 penalty around zero or around given coefficients.
 *
 * Solves    min_{B,b} Σᵢ wᵢ·ℓ(yᵢ, B·xᵢ + b) + λ/2·‖B − B₀‖²_F [+ λ/2·‖b − b₀‖²]
 * where     ℓ = log(1 + exp(−±f)) for two classes, −log softmax(f)_y for more; the last term only with `penalizeIntercept`
 * by        L-BFGS in variables measured so that the objective per unit of weight has curvature about 1 at zero scores: along
 *           each axis or, up to 256 columns (64 without an engine) and with no fewer rows, in all directions. Badly scaled
 *           columns, columns far from 0 and related columns cost no iterations. Sparse rows stay sparse.
 * Gives     one output for two classes, positive for the second, else one per class; free intercepts of several classes have mean 0
 * Stops     when no entry of the gradient in those variables exceeds `tolerance`, or after `maxIterations`
 * Errors    NUMERICAL where the features leave the range of float64.
 */
export function minimizeLogisticLoss(problem: LogisticProblem): LinearSolution {
  const { nClasses, intercept = true, prior } = problem;
  const loss = nClasses === 2 ? new BinaryLoss(problem) : new SoftmaxLoss(problem, nClasses);
  const solution = loss.minimize();
  const { intercepts } = solution;
  if (intercept && !prior?.penalizeIntercept && intercepts.length > 1) removeMean(intercepts);
  return solution;
}

/** log(1 + exp(−±f)); its second derivative is at most ¼. */
class BinaryLoss extends LinearObjective {
  constructor(problem: LogisticProblem) {
    super(problem, 1, 1 / 4);
  }

  protected override sumLosses(scores: Float64Array, first: number): number {
    const { y, weights } = this.problem;
    let loss = 0;
    for (let i = 0; i < scores.length; i++) {
      const weight = weights ? weights[first + i] : 1;
      if (weight === 0) {
        scores[i] = 0; // whatever the score, an overflow say
        continue;
      }
      const sign = 2 * y[first + i] - 1;
      const signed = sign * scores[i];
      const decay = Math.exp(-Math.abs(signed));
      loss += weight * (Math.log1p(decay) + Math.max(0, -signed));
      scores[i] = (-sign * weight * (signed >= 0 ? decay : 1)) / (1 + decay);
    }
    return loss;
  }
}

/** −log softmax(f)_y; its second derivative by one score is at most ¼. */
class SoftmaxLoss extends LinearObjective {
  constructor(problem: LogisticProblem, nClasses: number) {
    super(problem, nClasses, 1 / 4);
  }

  protected override sumLosses(scores: Float64Array, first: number): number {
    const { y, weights } = this.problem;
    const { outputs } = this;
    let loss = 0;
    for (let from = 0, i = first; from < scores.length; from += outputs, i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) {
        scores.fill(0, from, from + outputs); // whatever the scores, overflows say
        continue;
      }
      let largest = -Infinity;
      for (let p = from; p < from + outputs; p++) if (scores[p] > largest) largest = scores[p];
      const own = scores[from + y[i]] - largest;
      let sum = 0;
      for (let p = from; p < from + outputs; p++) sum += scores[p] = Math.exp(scores[p] - largest);
      loss += weight * (Math.log(sum) - own);
      for (let p = from; p < from + outputs; p++) scores[p] *= weight / sum;
      scores[from + y[i]] -= weight;
    }
    return loss;
  }
}

function removeMean(values: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let k = 0; k < values.length; k++) values[k] -= mean;
}

import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { addRow } from './internal/centred.js';
import {
  LinearObjective,
  type LinearPrior,
  type LinearSolution,
} from './internal/linear-objective.js';
import { dotRow } from './internal/linear-scores.js';

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
  /** Multiplies dense rows of more than two classes, which is several times faster than row by row; same result to rounding. */
  readonly linearAlgebra?: LinearAlgebra;
}

/** Fits a logistic model, binary or multinomial, with an L2 penalty around zero or around given coefficients.
 *
 * Solves    min_{B,b} Σᵢ wᵢ·ℓ(yᵢ, B·xᵢ + b) + λ/2·‖B − B₀‖²_F [+ λ/2·‖b − b₀‖²]
 * where     ℓ = log(1 + exp(−±f)) for two classes, −log softmax(f)_y for more; the last term only with `penalizeIntercept`
 * by        L-BFGS in variables measured so that the objective per unit of weight has curvature about 1 along each axis:
 *           badly scaled columns and columns far from 0 cost no iterations. Sparse rows stay sparse.
 * Gives     one output for two classes, positive for the second, else one per class; free intercepts of several classes have mean 0
 * Stops     when no entry of the gradient in those variables exceeds `tolerance`, or after `maxIterations`
 * Errors    NUMERICAL where the features leave the range of float64.
 */
export function minimizeLogisticLoss(problem: LogisticProblem): LinearSolution {
  const { nClasses, intercept = true, prior } = problem;
  const loss = lossOf(problem, nClasses);
  const solution = loss.minimize();
  const { intercepts } = solution;
  if (intercept && !prior?.penalizeIntercept && intercepts.length > 1) removeMean(intercepts);
  return solution;
}

function lossOf(problem: LogisticProblem, nClasses: number): LinearObjective {
  const { x, linearAlgebra } = problem;
  if (nClasses === 2) return new BinaryLoss(problem);
  if (linearAlgebra && x.format === 'dense')
    return new BlockSoftmaxLoss(problem, nClasses, x, linearAlgebra);
  return new SoftmaxLoss(problem, nClasses);
}

/** log(1 + exp(−±f)); its second derivative is at most ¼. */
class BinaryLoss extends LinearObjective {
  constructor(problem: LogisticProblem) {
    super(problem, 1, 1 / 4);
  }

  protected override sumRows(): number {
    const { x, y, weights } = this.problem;
    const coefficients = this.coefficients.data;
    const [intercept] = this.intercepts;
    let loss = 0;
    for (let i = 0; i < x.rows; i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) continue;
      const score = intercept + dotRow(x, i, coefficients);
      const signed = y[i] === 1 ? score : -score;
      const decay = Math.exp(-Math.abs(signed));
      loss += weight * (Math.log1p(decay) + Math.max(0, -signed));
      const wrong = (signed >= 0 ? decay : 1) / (1 + decay);
      const residual = y[i] === 1 ? -weight * wrong : weight * wrong;
      this.residuals[0] += residual;
      addRow(this.slopes, x, i, residual);
    }
    return loss;
  }
}

/** −log softmax(f)_y; its second derivative by one score is at most ¼. */
class SoftmaxLoss extends LinearObjective {
  readonly #scores: Float64Array;

  constructor(problem: LogisticProblem, nClasses: number) {
    super(problem, nClasses, 1 / 4);
    this.#scores = new Float64Array(nClasses);
  }

  protected override sumRows(): number {
    const { x, y, weights } = this.problem;
    const scores = this.#scores;
    let loss = 0;
    for (let i = 0; i < x.rows; i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) continue;
      let largest = -Infinity;
      for (let k = 0; k < scores.length; k++) {
        scores[k] = this.intercepts[k] + dotRow(x, i, this.coefficients.data, k * x.columns);
        if (scores[k] > largest) largest = scores[k];
      }
      const own = scores[y[i]] - largest;
      let sum = 0;
      for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k] - largest);
      loss += weight * (Math.log(sum) - own);
      for (let k = 0; k < scores.length; k++) {
        const residual = weight * (scores[k] / sum - (k === y[i] ? 1 : 0));
        this.residuals[k] += residual;
        addRow(this.slopes, x, i, residual, k * x.columns);
      }
    }
    return loss;
  }
}

/** As {@link SoftmaxLoss}, with both products of all rows at once: scores x·Bᵀ, slopes Rᵀ·x with residuals R. */
class BlockSoftmaxLoss extends LinearObjective {
  readonly #rows: DenseMatrix;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    problem: LogisticProblem,
    nClasses: number,
    rows: DenseMatrix,
    linearAlgebra: LinearAlgebra,
  ) {
    super(problem, nClasses, 1 / 4);
    this.#rows = rows;
    this.#linearAlgebra = linearAlgebra;
  }

  protected override sumRows(): number {
    const { y, weights } = this.problem;
    const scores = this.#linearAlgebra.multiply(this.#rows, this.coefficients, {
      transposeB: true,
    });
    let loss = 0;
    for (let i = 0; i < scores.rows; i++) {
      const weight = weights ? weights[i] : 1;
      loss += weight * this.#toResiduals(scores.data, i * this.outputs, y[i], weight);
    }
    this.slopes.set(this.#linearAlgebra.multiply(scores, this.#rows, { transposeA: true }).data);
    return loss;
  }

  /** Turns the scores of the row that begins at `from` into weight · (softmax − one-hot), in place; returns its loss. */
  #toResiduals(scores: Float64Array, from: number, own: number, weight: number): number {
    const { intercepts, residuals, outputs } = this;
    let largest = -Infinity;
    for (let k = 0; k < outputs; k++) {
      scores[from + k] += intercepts[k];
      if (scores[from + k] > largest) largest = scores[from + k];
    }
    const margin = scores[from + own] - largest;
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      scores[from + k] = Math.exp(scores[from + k] - largest);
      sum += scores[from + k];
    }
    for (let k = 0; k < outputs; k++) {
      const residual = weight * (scores[from + k] / sum - (k === own ? 1 : 0));
      residuals[k] += residual;
      scores[from + k] = residual;
    }
    return Math.log(sum) - margin;
  }
}

function removeMean(values: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let k = 0; k < values.length; k++) values[k] -= mean;
}

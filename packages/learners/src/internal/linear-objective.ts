import { type DenseMatrix, denseMatrix, type Matrix } from '@graft-ml/core';
import { columnMeans, minimizeLbfgs } from '@graft-ml/numerics';

/** Coefficients that a fit is pulled towards. */
export interface LinearPrior {
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
  /** Whether intercepts are pulled too. Default false: they are free. */
  readonly penalizeIntercept?: boolean;
}

/** Rows and penalty of a fit of `outputs` linear scores. */
export interface LinearProblem {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly weights?: Float64Array;
  readonly regularization: number;
  readonly intercept?: boolean;
  readonly prior?: LinearPrior;
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** Where a fit ended. */
export interface LinearSolution {
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
  /** The value that was minimised. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Why the iteration ended, in words. */
  readonly stopReason: string;
}

/** Σ wᵢ·ℓᵢ + λ/2·‖B − B₀‖² [+ λ/2·‖b − b₀‖²] over the total weight, as a function of variables in which its curvature is about 1.
 *
 * With variables v, coefficient j is prior + s_j·v_j, and the intercept is that of columns with their means taken off:
 * columns in odd units or far from 0 cost no iterations. Subclasses sum a loss and its slopes over the rows.
 */
export abstract class LinearObjective {
  readonly outputs: number;
  readonly coefficients: DenseMatrix;
  readonly intercepts: Float64Array;
  protected readonly problem: LinearProblem;
  /** Where {@link sumRows} adds residual · row [outputs, nFeatures]. */
  protected readonly slopes: Float64Array;
  /** Where {@link sumRows} adds residuals [outputs]. */
  protected readonly residuals: Float64Array;
  readonly #total: number;
  readonly #mean: Float64Array;
  readonly #units: Float64Array;
  readonly #interceptUnit: number;
  readonly #pullIntercept: boolean;

  /** @param curvature an upper bound of the second derivative of the loss by a score */
  constructor(problem: LinearProblem, outputs: number, curvature: number) {
    const { x, weights, regularization, intercept = true, prior } = problem;
    this.problem = problem;
    this.outputs = outputs;
    this.#total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
    this.coefficients = denseMatrix(outputs, x.columns);
    this.intercepts = new Float64Array(outputs);
    this.slopes = new Float64Array(outputs * x.columns);
    this.residuals = new Float64Array(outputs);
    this.#pullIntercept = intercept && prior?.penalizeIntercept === true;
    const centre = intercept && !this.#pullIntercept;
    this.#mean = centre ? columnMeans(x, weights ? { weights } : {}) : new Float64Array(x.columns);
    this.#units = unitsOf(problem, this.#mean, this.#total, curvature);
    const pull = this.#pullIntercept ? regularization / this.#total : 0;
    this.#interceptUnit = intercept ? 1 / Math.sqrt(curvature + pull) : 0;
  }

  /** Runs L-BFGS from the prior. */
  minimize(): LinearSolution {
    const { x, tolerance = 1e-6, maxIterations = 1000 } = this.problem;
    const start = new Float64Array(this.outputs * (x.columns + 1));
    const result = minimizeLbfgs((v, gradient) => this.#evaluate(v, gradient), start, {
      tolerance,
      maxIterations,
    });
    this.#place(result.x);
    return {
      coefficients: this.coefficients,
      intercepts: this.intercepts,
      objective: result.value * this.#total,
      iterations: result.iterations,
      converged: result.converged,
      stopReason: stopReasons[result.reason],
    };
  }

  /** The loss of all rows at {@link coefficients} and {@link intercepts}; adds up {@link slopes} and {@link residuals}. */
  protected abstract sumRows(): number;

  /** Sets coefficients and intercepts to what `v` stands for. */
  #place(v: Float64Array): void {
    const { x, prior } = this.problem;
    const d = x.columns;
    for (let k = 0; k < this.outputs; k++) {
      let shift = 0;
      for (let j = 0; j < d; j++) {
        const given = prior ? prior.coefficients.data[k * d + j] : 0;
        const value = given + this.#units[j] * v[k * (d + 1) + j];
        this.coefficients.data[k * d + j] = value;
        shift += this.#mean[j] * value;
      }
      if (this.#interceptUnit === 0) continue;
      const given = prior ? prior.intercepts[k] : 0;
      this.intercepts[k] = given + this.#interceptUnit * v[k * (d + 1) + d] - shift;
    }
  }

  #evaluate(v: Float64Array, gradient: Float64Array): number {
    const { x, regularization, prior } = this.problem;
    const d = x.columns;
    this.#place(v);
    this.slopes.fill(0);
    this.residuals.fill(0);
    let value = this.sumRows();
    for (let k = 0; k < this.outputs; k++) {
      const residual = this.residuals[k];
      for (let j = 0; j < d; j++) {
        const given = prior ? prior.coefficients.data[k * d + j] : 0;
        const pull = this.coefficients.data[k * d + j] - given;
        value += (regularization / 2) * pull * pull;
        const slope = this.slopes[k * d + j] - this.#mean[j] * residual + regularization * pull;
        gradient[k * (d + 1) + j] = (this.#units[j] * slope) / this.#total;
      }
      let slope = residual;
      if (this.#pullIntercept) {
        const pull = this.intercepts[k] - (prior ? prior.intercepts[k] : 0);
        value += (regularization / 2) * pull * pull;
        slope += regularization * pull;
      }
      gradient[k * (d + 1) + d] = (this.#interceptUnit * slope) / this.#total;
    }
    return value / this.#total;
  }
}

const stopReasons = {
  gradient: 'the gradient is within the tolerance',
  'max-iterations': 'the iterations ran out',
  'no-progress': 'no step went down any more',
} as const;

/** Per column 1 / √(curvature·Σ w·(x − mean)² / Σ w + λ / Σ w). */
function unitsOf(
  { x, weights, regularization }: LinearProblem,
  mean: Float64Array,
  total: number,
  curvature: number,
): Float64Array {
  const squares = new Float64Array(x.columns);
  const seen = new Float64Array(x.columns);
  for (let i = 0; i < x.rows; i++) {
    const weight = weights ? weights[i] : 1;
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    for (let p = from; p < to; p++) {
      const j = x.format === 'dense' ? p - from : x.columnIndices[p];
      const deviation = (x.format === 'dense' ? x.data[p] : x.values[p]) - mean[j];
      squares[j] += weight * deviation * deviation;
      seen[j] += weight;
    }
  }
  return squares.map((sum, j) => {
    const missing = Math.max(0, total - seen[j]) * mean[j] * mean[j];
    const bound = (curvature * (sum + missing) + regularization) / total;
    return bound > 0 ? 1 / Math.sqrt(bound) : 1;
  });
}

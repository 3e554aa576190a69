import { type DenseMatrix, denseMatrix, type Matrix } from '@graft-ml/core';
import { columnMeans, minimizeLbfgs } from '@graft-ml/numerics';
import { addRow } from './internal/centred.js';
import { dotRow } from './internal/linear-scores.js';

/** Coefficients that a fit is pulled towards. */
export interface LinearPrior {
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
  /** Whether intercepts are pulled too. Default false: they are free. */
  readonly penalizeIntercept?: boolean;
}

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
}

export interface LogisticSolution {
  /** [outputs, nFeatures]; one output for two classes, positive for the second, else one per class. */
  readonly coefficients: DenseMatrix;
  /** [outputs]; free ones of several classes have mean 0. */
  readonly intercepts: Float64Array;
  /** The value that was minimised. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Why the iteration ended, in words. */
  readonly stopReason: string;
}

/** Fits a logistic model, binary or multinomial, with an L2 penalty around zero or around given coefficients.
 *
 * Solves    min_{B,b} Σᵢ wᵢ·ℓ(yᵢ, B·xᵢ + b) + λ/2·‖B − B₀‖²_F [+ λ/2·‖b − b₀‖²]
 * where     ℓ = log(1 + exp(−±f)) for two classes, −log softmax(f)_y for more; the last term only with `penalizeIntercept`
 * by        L-BFGS in variables measured so that the objective per unit of weight has curvature about 1 along each axis:
 *           badly scaled columns and columns far from 0 cost no iterations. Sparse rows stay sparse.
 * Stops     when no entry of the gradient in those variables exceeds `tolerance`, or after `maxIterations`
 * Errors    NUMERICAL where the features leave the range of float64.
 */
export function minimizeLogisticLoss(problem: LogisticProblem): LogisticSolution {
  const { tolerance = 1e-6, maxIterations = 1000, prior, intercept = true } = problem;
  const loss = new LogisticLoss(problem);
  const start = new Float64Array(loss.outputs * (problem.x.columns + 1));
  const result = minimizeLbfgs((v, gradient) => loss.evaluate(v, gradient), start, {
    tolerance,
    maxIterations,
  });
  loss.place(result.x);
  const { coefficients, intercepts } = loss;
  if (intercept && !prior?.penalizeIntercept && intercepts.length > 1) removeMean(intercepts);
  return {
    coefficients,
    intercepts,
    objective: result.value * loss.total,
    iterations: result.iterations,
    converged: result.converged,
    stopReason: stopReasons[result.reason],
  };
}

const stopReasons = {
  gradient: 'the gradient is within the tolerance',
  'max-iterations': 'the iterations ran out',
  'no-progress': 'no step went down any more',
} as const;

/** The objective over the total weight, in variables v: coefficient j is prior + s_j·v_j, the intercept is that of columns with their means taken off. */
class LogisticLoss {
  readonly outputs: number;
  readonly total: number;
  readonly coefficients: DenseMatrix;
  readonly intercepts: Float64Array;
  readonly #problem: LogisticProblem;
  readonly #mean: Float64Array;
  readonly #units: Float64Array;
  readonly #slopes: Float64Array;
  readonly #scores: Float64Array;
  readonly #interceptUnit: number;
  readonly #pullIntercept: boolean;

  constructor(problem: LogisticProblem) {
    const { x, nClasses, weights, regularization, intercept = true, prior } = problem;
    this.#problem = problem;
    this.outputs = nClasses === 2 ? 1 : nClasses;
    this.total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
    this.coefficients = denseMatrix(this.outputs, x.columns);
    this.intercepts = new Float64Array(this.outputs);
    this.#pullIntercept = intercept && prior?.penalizeIntercept === true;
    const centre = intercept && !this.#pullIntercept;
    this.#mean = centre ? columnMeans(x, weights ? { weights } : {}) : new Float64Array(x.columns);
    this.#units = unitsOf(problem, this.#mean, this.total);
    const pull = this.#pullIntercept ? regularization / this.total : 0;
    this.#interceptUnit = intercept ? 1 / Math.sqrt(1 / 4 + pull) : 0;
    this.#slopes = new Float64Array(this.outputs * x.columns);
    this.#scores = new Float64Array(this.outputs);
  }

  /** Sets coefficients and intercepts to what `v` stands for. */
  place(v: Float64Array): void {
    const { columns } = this.#problem.x;
    const { prior } = this.#problem;
    for (let k = 0; k < this.outputs; k++) {
      const at = k * columns;
      const from = k * (columns + 1);
      let shift = 0;
      for (let j = 0; j < columns; j++) {
        const given = prior ? prior.coefficients.data[at + j] : 0;
        const value = given + this.#units[j] * v[from + j];
        this.coefficients.data[at + j] = value;
        shift += this.#mean[j] * value;
      }
      const given = prior ? prior.intercepts[k] : 0;
      this.intercepts[k] =
        this.#interceptUnit > 0 ? given + this.#interceptUnit * v[from + columns] - shift : 0;
    }
  }

  /** The objective at `v`, and its gradient. */
  evaluate(v: Float64Array, gradient: Float64Array): number {
    const { x, regularization, prior } = this.#problem;
    const { columns } = x;
    this.place(v);
    gradient.fill(0);
    this.#slopes.fill(0);
    let value = this.outputs === 1 ? this.#binary(gradient) : this.#multinomial(gradient);
    for (let k = 0; k < this.outputs; k++) {
      const at = k * columns;
      const from = k * (columns + 1);
      let residual = gradient[from + columns];
      for (let j = 0; j < columns; j++) {
        const pull = this.coefficients.data[at + j] - (prior ? prior.coefficients.data[at + j] : 0);
        value += (regularization / 2) * pull * pull;
        const slope = this.#slopes[at + j] - this.#mean[j] * residual + regularization * pull;
        gradient[from + j] = (this.#units[j] * slope) / this.total;
      }
      if (this.#pullIntercept && prior) {
        const pull = this.intercepts[k] - prior.intercepts[k];
        value += (regularization / 2) * pull * pull;
        residual += regularization * pull;
      }
      gradient[from + columns] = (this.#interceptUnit * residual) / this.total;
    }
    return value / this.total;
  }

  /** Sums loss, residuals (into the intercept's place of `gradient`) and residual · row (into the slopes) over the rows. */
  #binary(gradient: Float64Array): number {
    const { x, y, weights } = this.#problem;
    const slopes = this.#slopes;
    const coefficients = this.coefficients.data;
    const [intercept] = this.intercepts;
    let loss = 0;
    let residuals = 0;
    for (let i = 0; i < x.rows; i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) continue;
      const score = intercept + dotRow(x, i, coefficients);
      const signed = y[i] === 1 ? score : -score;
      const decay = Math.exp(-Math.abs(signed));
      loss += weight * (Math.log1p(decay) + Math.max(0, -signed));
      const wrong = (signed >= 0 ? decay : 1) / (1 + decay);
      const residual = y[i] === 1 ? -weight * wrong : weight * wrong;
      residuals += residual;
      addRow(slopes, x, i, residual);
    }
    gradient[x.columns] = residuals;
    return loss;
  }

  #multinomial(gradient: Float64Array): number {
    const { x, y, weights } = this.#problem;
    const { columns } = x;
    const scores = this.#scores;
    let loss = 0;
    for (let i = 0; i < x.rows; i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) continue;
      let largest = -Infinity;
      for (let k = 0; k < scores.length; k++) {
        scores[k] = this.intercepts[k] + dotRow(x, i, this.coefficients.data, k * columns);
        if (scores[k] > largest) largest = scores[k];
      }
      const own = scores[y[i]] - largest;
      let sum = 0;
      for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k] - largest);
      loss += weight * (Math.log(sum) - own);
      for (let k = 0; k < scores.length; k++) {
        const residual = weight * (scores[k] / sum - (k === y[i] ? 1 : 0));
        gradient[k * (columns + 1) + columns] += residual;
        addRow(this.#slopes, x, i, residual, k * columns);
      }
    }
    return loss;
  }
}

/** Per column 1 / √(¼·Σ w·(x − mean)² / Σ w + λ / Σ w): an upper bound of the curvature of the binary loss becomes 1. */
function unitsOf(problem: LogisticProblem, mean: Float64Array, total: number): Float64Array {
  const { x, weights, regularization } = problem;
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
    const curvature = ((sum + missing) / 4 + regularization) / total;
    return curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
  });
}

function removeMean(values: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let k = 0; k < values.length; k++) values[k] -= mean;
}

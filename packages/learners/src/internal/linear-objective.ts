import { type DenseMatrix, denseMatrix, type LinearAlgebra, type Matrix } from '@graft-ml/core';
import { minimizeLbfgs } from '@graft-ml/numerics';
import { addRows, meanRow } from './centred.js';
import { scoreRows } from './linear-scores.js';
import {
  placeCoefficients,
  type RoundVariables,
  roundVariables,
  turnGradient,
} from './round-variables.js';
import { rowBlocks } from './row-range.js';

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
  /** Those of a problem that differs in its labels only; left out, they are worked out. */
  readonly variables?: RoundVariables;
  /** Multiplies dense rows all at once; left out, rows are worked off one by one. */
  readonly linearAlgebra?: LinearAlgebra;
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

// A quarter of a megabyte, and no fewer rows than make a product worth its call.
const blockEntries = 32768;
const leastBlock = 64;

/** Σ wᵢ·ℓᵢ + λ/2·‖B − B₀‖² [+ λ/2·‖b − b₀‖²] over the total weight, as a function of variables in which its curvature is about 1.
 *
 * Coefficients are the prior plus what {@link RoundVariables} stand for, and the intercept is that of columns with their
 * means taken off: columns in odd units or far from 0 cost no iterations, nor do related ones where they are few. Subclasses
 * know the loss.
 */
export abstract class LinearObjective {
  readonly outputs: number;
  readonly coefficients: DenseMatrix;
  readonly intercepts: Float64Array;
  readonly variables: RoundVariables;
  protected readonly problem: LinearProblem;
  /** The rows in pieces: what an evaluation does with a piece finds it in the processor's cache. */
  readonly #blocks: readonly Matrix[];
  /** Scores and then residuals of a piece [rows, outputs], where plain loops work them out. */
  readonly #scores: Float64Array;
  /** Σ residual·row [outputs, nFeatures]. */
  readonly #slopes: Float64Array;
  /** Σ residual [outputs]. */
  readonly #residuals: Float64Array;
  readonly #total: number;
  readonly #mean: Float64Array;
  readonly #interceptUnit: number;
  readonly #pullIntercept: boolean;
  readonly #engine: LinearAlgebra | undefined;

  /** @param curvature an upper bound of the second derivative of the loss by a score */
  constructor(problem: LinearProblem, outputs: number, curvature: number) {
    const { x, weights, regularization, intercept = true, prior } = problem;
    this.problem = problem;
    this.outputs = outputs;
    this.#total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : x.rows;
    this.coefficients = denseMatrix(outputs, x.columns);
    this.intercepts = new Float64Array(outputs);
    this.#engine = x.format === 'dense' ? problem.linearAlgebra : undefined;
    this.#blocks = rowBlocks(x, Math.max(leastBlock, Math.floor(blockEntries / x.columns)));
    this.#scores = new Float64Array(this.#engine ? 0 : (this.#blocks[0]?.rows ?? 0) * outputs);
    this.#slopes = new Float64Array(outputs * x.columns);
    this.#residuals = new Float64Array(outputs);
    this.#pullIntercept = intercept && prior?.penalizeIntercept === true;
    const centre = intercept && !this.#pullIntercept;
    this.#mean = centre ? meanRow(x, weights) : new Float64Array(x.columns);
    const pull = regularization / this.#total;
    const parts = { x, weights, mean: this.#mean, total: this.#total, curvature, pull };
    this.variables = problem.variables ?? roundVariables(parts, problem.linearAlgebra);
    const bound = curvature + (this.#pullIntercept ? pull : 0);
    this.#interceptUnit = intercept ? 1 / Math.sqrt(bound) : 0;
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

  /** Σ wᵢ·ℓᵢ at these scores [rows · outputs] of row `first` and those after it, which it replaces by the residuals wᵢ·∂ℓᵢ/∂score. */
  protected abstract sumLosses(scores: Float64Array, first: number): number;

  /** Sets coefficients and intercepts to what `v` stands for. */
  #place(v: Float64Array): void {
    const { x, prior } = this.problem;
    const d = x.columns;
    for (let k = 0; k < this.outputs; k++) {
      placeCoefficients(this.variables, v, k * (d + 1), this.coefficients.data, k * d);
      let shift = 0;
      for (let j = 0; j < d; j++) {
        if (prior) this.coefficients.data[k * d + j] += prior.coefficients.data[k * d + j];
        shift += this.#mean[j] * this.coefficients.data[k * d + j];
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
    let value = this.#sumOverRows();
    for (let k = 0; k < this.outputs; k++) {
      const residual = this.#residuals[k];
      for (let j = 0; j < d; j++) {
        const given = prior ? prior.coefficients.data[k * d + j] : 0;
        const pull = this.coefficients.data[k * d + j] - given;
        value += (regularization / 2) * pull * pull;
        const slope = this.#slopes[k * d + j] - this.#mean[j] * residual + regularization * pull;
        gradient[k * (d + 1) + j] = slope / this.#total;
      }
      turnGradient(this.variables, gradient, k * (d + 1));
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

  /** Σ wᵢ·ℓᵢ over all rows; slopes and residuals are summed up on the way. */
  #sumOverRows(): number {
    this.#slopes.fill(0);
    this.#residuals.fill(0);
    let value = 0;
    let first = 0;
    for (const block of this.#blocks) {
      const scores = this.#scoreBlock(block);
      value += this.sumLosses(scores, first);
      this.#addSlopes(block, scores);
      first += block.rows;
    }
    return value;
  }

  /** block·coefficientsᵀ + intercepts. */
  #scoreBlock(block: Matrix): Float64Array {
    const { coefficients, intercepts, outputs } = this;
    if (this.#engine) {
      const { data } = this.#engine.multiply(block, coefficients, { transposeB: true });
      for (let i = 0, p = 0; i < block.rows; i++) {
        for (let k = 0; k < outputs; k++, p++) data[p] += intercepts[k];
      }
      return data;
    }
    const scores = this.#scores.subarray(0, block.rows * outputs);
    scoreRows(block, coefficients, intercepts, scores);
    return scores;
  }

  #addSlopes(block: Matrix, residuals: Float64Array): void {
    const { rows, columns: d } = block;
    const outputs = this.outputs;
    for (let i = 0, p = 0; i < rows; i++) {
      for (let k = 0; k < outputs; k++, p++) this.#residuals[k] += residuals[p];
    }
    if (this.#engine && block.format === 'dense') {
      const left = denseMatrix(rows, outputs, residuals);
      const { data } = this.#engine.multiply(left, block, { transposeA: true });
      for (let p = 0; p < data.length; p++) this.#slopes[p] += data[p];
      return;
    }
    for (let k = 0; k < outputs; k++) {
      addRows(this.#slopes.subarray(k * d, (k + 1) * d), block, residuals, k, outputs);
    }
  }
}

const stopReasons = {
  gradient: 'the gradient is within the tolerance',
  'max-iterations': 'the iterations ran out',
  'no-progress': 'no step went down any more',
} as const;

import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LinearModel,
  MatrixInput,
  RunOptions,
  Task,
} from '@graft-ml/core';
import { checkRows, Model, StateReader } from '@graft-ml/core';
import { checkFinite } from './check.js';
import { largestColumn } from './class-choice.js';
import { linearScores } from './linear-scores.js';
import { readTask, taskValue } from './task-state.js';

/** The learner a model comes from. */
export interface Origin {
  readonly id: string;
  readonly name: string;
}

/** What a linear model is made of. */
export interface LinearParts {
  readonly task: Task;
  /** [outputs, nFeatures]. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
}

/** A model whose scores are `x·coefficientsᵀ + intercepts`. */
export abstract class LinearPredictor extends Model implements LinearModel {
  readonly diagnostics: Diagnostics;
  readonly task: Task;
  readonly nFeatures: number;
  readonly coefficients: DenseMatrix;
  readonly intercepts: Float64Array;
  readonly #origin: Origin;

  constructor(origin: Origin, parts: LinearParts, diagnostics: Diagnostics) {
    super();
    checkFinite(parts.coefficients.data, origin.name, 'a coefficient');
    checkFinite(parts.intercepts, origin.name, 'an intercept');
    this.#origin = { id: origin.id, name: origin.name };
    this.task = parts.task;
    this.nFeatures = parts.coefficients.columns;
    this.coefficients = parts.coefficients;
    this.intercepts = parts.intercepts;
    this.diagnostics = diagnostics;
  }

  /** Scores [rows, outputs]; a binary classifier has one output, positive for the second class. */
  scores(x: MatrixInput): DenseMatrix {
    const rows = checkRows(this.#origin.name, x, this.nFeatures);
    const scores = linearScores(rows, this.coefficients, this.intercepts);
    checkFinite(scores.data, this.#origin.name, 'a score');
    return scores;
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.coefficients;
    return {
      id: this.#origin.id,
      version: 1,
      values: { classes: taskValue(this.task) },
      arrays: {
        coefficients: { shape: [rows, columns], data },
        intercepts: { shape: [rows], data: this.intercepts },
      },
      parts: {},
    };
  }
}

/** A linear model of a regression with one output. */
export class LinearRegressionModel extends LinearPredictor {
  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return this.scores(x).data;
  }
}

/** A linear classifier without probabilities: the class of the largest score, the smaller one on a tie. */
export class LinearClassifierModel extends LinearPredictor {
  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return classesOfScores(this.scores(x));
  }
}

/** The class each row of scores speaks for: with one output, the second class where it is positive. */
export function classesOfScores(scores: DenseMatrix): Float64Array {
  if (scores.columns === 1) return scores.data.map((score) => (score > 0 ? 1 : 0));
  return largestColumn(scores);
}

/** Reads what {@link LinearPredictor} wrote for `origin`. */
export function linearPartsFromState(origin: Origin, state: FittedState): LinearParts {
  const reader = new StateReader(state, origin.id, 1);
  const coefficients = reader.matrix('coefficients');
  return {
    task: readTask(state, reader),
    coefficients,
    intercepts: reader.array('intercepts', coefficients.rows),
  };
}

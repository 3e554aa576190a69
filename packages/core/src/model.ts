import { Fitted } from './fitted.js';
import type { DenseMatrix, MatrixInput } from './matrix.js';
import type { RunOptions } from './run.js';
import { decodeLabels, type Label, type Task } from './task.js';

/** A fitted predictor. */
export abstract class Model extends Fitted {
  abstract readonly task: Task;
  /** Number of columns that `predict` expects. */
  abstract readonly nFeatures: number;

  /** Encoded predictions [rows]: class indices of `task.classes`, or values. */
  abstract predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array>;

  /** Class probabilities [rows, classes], rows summing to 1; absent where they have no meaning. */
  predictProba?(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix>;

  /** Predictions as the labels the model was taught. */
  async predict(x: MatrixInput, run?: RunOptions): Promise<Label[]> {
    return decodeLabels(this.task, await this.predictEncoded(x, run));
  }
}

/** A model whose scores are `x·coefficientsᵀ + intercepts`: what parameter strategies start from. */
export interface LinearModel extends Model {
  /** [outputs, nFeatures]; a binary classifier has one output, positive for the second class. */
  readonly coefficients: DenseMatrix;
  /** [outputs]. */
  readonly intercepts: Float64Array;
}

/** Tells whether a model is linear. */
export function isLinearModel(model: Model): model is LinearModel {
  return 'coefficients' in model && 'intercepts' in model;
}

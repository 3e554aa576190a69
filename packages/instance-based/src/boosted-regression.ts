import type {
  Diagnostics,
  FittedState,
  MatrixInput,
  RestoreContext,
  RunOptions,
  Task,
} from '@graft-ml/core';
import { checkRows, Model, StateReader } from '@graft-ml/core';
import { weightedMedian } from '@graft-ml/learners';
import { readModels } from './boosted-classifier.js';
import { readDiagnostics } from './internal/diagnostics.js';

export interface BoostedRegressionInit {
  /** Those that vote. */
  readonly models: readonly Model[];
  /** What the vote of each counts; positive. */
  readonly votes: Float64Array;
  readonly diagnostics: Diagnostics;
}

/** Models whose weighted median is the prediction. */
export class BoostedRegression extends Model {
  readonly task: Task = { kind: 'regression' };
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  readonly models: readonly Model[];
  readonly votes: Float64Array;
  readonly #method: { readonly id: string; readonly name: string };

  /** `method` is the class that fitted it: its id stands in the state, its name in errors. */
  constructor(
    method: { readonly id: string; readonly name: string },
    { models, votes, diagnostics }: BoostedRegressionInit,
  ) {
    super();
    this.#method = method;
    this.nFeatures = models[0].nFeatures;
    this.models = models;
    this.votes = votes;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const rows = checkRows(this.#method.name, x, this.nFeatures);
    const predictions: Float64Array[] = [];
    for (const model of this.models) predictions.push(await model.predictEncoded(rows, run));
    return mediansOf(predictions, this.votes, rows.rows);
  }

  override toState(): FittedState {
    return {
      id: this.#method.id,
      version: 1,
      values: { diagnostics: { ...this.diagnostics } },
      arrays: { votes: { shape: [this.votes.length], data: this.votes } },
      parts: Object.fromEntries(this.models.map((model, k) => [`model ${k}`, model.toState()])),
    };
  }

  /** Reads the state of a model that `method` fitted. Errors: `INVALID_ARTEFACT`. */
  static read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
    context: RestoreContext,
  ): BoostedRegression {
    const reader = new StateReader(state, method.id, 1);
    const votes = reader.array('votes', -1);
    return new BoostedRegression(method, {
      models: readModels(method.name, reader, votes.length, context),
      votes,
      diagnostics: readDiagnostics(reader.value('diagnostics')),
    });
  }
}

/** The weighted median of what the models say about each row. */
export function mediansOf(
  predictions: readonly Float64Array[],
  votes: Float64Array,
  rows: number,
): Float64Array {
  const values = new Float64Array(predictions.length);
  const order = new Int32Array(predictions.length);
  const medians = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let t = 0; t < values.length; t++) values[t] = predictions[t][i];
    medians[i] = weightedMedian(values, votes, order);
  }
  return medians;
}

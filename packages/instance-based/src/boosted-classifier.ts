import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Model, StateReader, TransferError } from '@graft-ml/core';
import { readDiagnostics } from './internal/diagnostics.js';
import { readClasses } from './internal/read-classes.js';

export interface BoostedClassifierInit {
  readonly task: ClassificationTask;
  /** Those that vote. */
  readonly models: readonly Model[];
  /** What the vote of each counts; of two classes, a negative one counts for the class that is not predicted. */
  readonly votes: Float64Array;
  /** Whether models share their vote among classes by their probabilities, or give it to one. */
  readonly soft: boolean;
  readonly diagnostics: Diagnostics;
}

/** Models that vote: the class with the most votes wins, of equal ones the later. */
export class BoostedClassifier extends Model {
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  readonly models: readonly Model[];
  readonly votes: Float64Array;
  readonly #soft: boolean;
  readonly #method: { readonly id: string; readonly name: string };

  /** `method` is the class that fitted it: its id stands in the state, its name in errors. */
  constructor(
    method: { readonly id: string; readonly name: string },
    { task, models, votes, soft, diagnostics }: BoostedClassifierInit,
  ) {
    super();
    this.#method = method;
    this.task = task;
    this.nFeatures = models[0].nFeatures;
    this.models = models;
    this.votes = votes;
    this.#soft = soft;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const { rows, columns, data } = await this.predictProba(x, run);
    return Float64Array.from({ length: rows }, (_, i) => {
      let best = 0;
      for (let c = 1; c < columns; c++) {
        if (data[i * columns + c] >= data[i * columns + best]) best = c;
      }
      return best;
    });
  }

  /** Shares of the votes for each class: a ranking, not calibrated probabilities. */
  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const rows = checkRows(this.#method.name, x, this.nFeatures);
    const shares = denseMatrix(rows.rows, this.task.classes.length);
    const total = this.votes.reduce((sum, vote) => sum + Math.abs(vote), 0);
    for (const [t, model] of this.models.entries()) {
      const vote = Math.abs(this.votes[t]) / total;
      const turned = this.votes[t] < 0;
      if (this.#soft && model.predictProba) {
        const { data } = await model.predictProba(rows, run);
        for (let p = 0; p < data.length; p++) shares.data[p] += vote * data[p];
        continue;
      }
      const predicted = await model.predictEncoded(rows, run);
      for (let i = 0; i < rows.rows; i++) {
        const c = turned ? 1 - predicted[i] : predicted[i];
        shares.data[i * shares.columns + c] += vote;
      }
    }
    return shares;
  }

  override toState(): FittedState {
    return {
      id: this.#method.id,
      version: 1,
      values: {
        classes: [...this.task.classes],
        soft: this.#soft,
        diagnostics: { ...this.diagnostics },
      },
      arrays: { votes: { shape: [this.votes.length], data: this.votes } },
      parts: Object.fromEntries(this.models.map((model, k) => [`model ${k}`, model.toState()])),
    };
  }

  /** Reads the state of a model that `method` fitted. Errors: `INVALID_ARTEFACT`. */
  static read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
    context: RestoreContext,
  ): BoostedClassifier {
    const reader = new StateReader(state, method.id, 1);
    const votes = reader.array('votes', -1);
    return new BoostedClassifier(method, {
      task: { kind: 'classification', classes: readClasses(method.name, reader.value('classes')) },
      votes,
      models: readModels(method.name, reader, votes.length, context),
      soft: reader.value('soft') === true,
      diagnostics: readDiagnostics(reader.value('diagnostics')),
    });
  }
}

/** The parts `model 0`, `model 1`, … of a state; at least one. Errors: `INVALID_ARTEFACT`. */
export function readModels(
  who: string,
  reader: StateReader,
  count: number,
  context: RestoreContext,
): Model[] {
  const models = Array.from({ length: count }, (_, k) => reader.part(`model ${k}`, context));
  if (count > 0 && models.every((model) => model instanceof Model)) return models;
  throw damaged(who, 'its parts are not models');
}

function damaged(who: string, problem: string): TransferError {
  return new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: `cannot be read back: ${problem}.`,
  });
}

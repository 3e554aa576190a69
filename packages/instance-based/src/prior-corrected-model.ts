import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { Model, StateReader, TransferError } from '@graft-ml/core';
import { argmaxRows } from '@graft-ml/numerics';
import { checkPrior, correctPosteriors } from './correct-posteriors.js';
import { readDiagnostics } from './internal/diagnostics.js';

/** The shares of the classes, in the order of `task.classes`. */
export interface PriorChange {
  /** Where the model was fitted. */
  readonly sourcePrior: ArrayLike<number>;
  /** Where it shall work. */
  readonly targetPrior: ArrayLike<number>;
}

const id = 'instance-based/posterior-correction';

/** A fitted classifier whose probabilities are corrected for other shares of the classes; it is not fitted again. */
export class PriorCorrectedModel extends Model {
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** The model as it was fitted. */
  readonly model: Model;
  readonly sourcePrior: Float64Array;
  readonly targetPrior: Float64Array;

  constructor(model: Model, prior: PriorChange, diagnostics: Diagnostics = { warnings: [] }) {
    super();
    this.task = classificationOf(model);
    checkPrior('correctModel', 'sourcePrior', prior.sourcePrior, this.task.classes.length);
    checkPrior('correctModel', 'targetPrior', prior.targetPrior, this.task.classes.length);
    this.model = model;
    this.nFeatures = model.nFeatures;
    this.diagnostics = diagnostics;
    this.sourcePrior = Float64Array.from(prior.sourcePrior);
    this.targetPrior = Float64Array.from(prior.targetPrior);
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return Float64Array.from(argmaxRows(await this.predictProba(x, run)));
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const given = await this.model.predictProba!(x, run);
    return correctPosteriors(given, this.sourcePrior, this.targetPrior);
  }

  override toState(): FittedState {
    const shape = [this.sourcePrior.length];
    return {
      id,
      version: 1,
      values: { diagnostics: { ...this.diagnostics } },
      arrays: {
        sourcePrior: { shape, data: this.sourcePrior },
        targetPrior: { shape, data: this.targetPrior },
      },
      parts: { model: this.model.toState() },
    };
  }

  static read(state: FittedState, context: RestoreContext): PriorCorrectedModel {
    const reader = new StateReader(state, id, 1);
    const sourcePrior = reader.array('sourcePrior', -1);
    const targetPrior = reader.array('targetPrior', sourcePrior.length);
    const model = reader.part('model', context);
    if (model instanceof Model && model.predictProba) {
      const diagnostics = readDiagnostics(reader.value('diagnostics'));
      return new PriorCorrectedModel(model, { sourcePrior, targetPrior }, diagnostics);
    }
    throw new TransferError({
      code: 'INVALID_ARTEFACT',
      who: id,
      message: 'cannot be read back: what it corrects is not a model with probabilities.',
    });
  }
}

/** A fitted classifier for other shares of the classes, without fitting it again.
 *
 * Errors    UNSUPPORTED for a model without probabilities; SHAPE_MISMATCH, INVALID_DATA for shares that do not fit.
 * Example   const { fitted } = await new BlackBoxShift().fit(problem);
 *           const there = correctModel(model, { sourcePrior: fitted.sourcePriors[0], targetPrior: fitted.targetPriors[0] });
 */
export function correctModel(model: Model, prior: PriorChange): PriorCorrectedModel {
  return new PriorCorrectedModel(model, prior);
}

function classificationOf(model: Model): ClassificationTask {
  if (model.task.kind === 'classification' && model.predictProba) return model.task;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who: 'correctModel',
    message:
      'corrects class probabilities, which this model does not give. Use another one, that of LogisticRegression say, or a calibrated one.',
    details: { capability: 'predictProba' },
  });
}

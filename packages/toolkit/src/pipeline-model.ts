import {
  type DenseMatrix,
  type Diagnostics,
  type FittedState,
  type MatrixInput,
  Model,
  type RestoreContext,
  type RunOptions,
  StateReader,
  type Task,
  TransferError,
} from '@graft-ml/core';
import type { FittedPipeline } from './fitted-pipeline.js';

/** A model behind fitted steps: new target rows go through every step before it sees them. */
export class PipelineModel extends Model {
  static readonly id = 'toolkit/pipeline-model';
  readonly steps: FittedPipeline;
  /** What predicts once the steps are through. */
  readonly model: Model;
  /** The columns of new target rows, in order. */
  readonly features: readonly string[];

  constructor(steps: FittedPipeline, model: Model, features: readonly string[]) {
    super();
    this.steps = steps;
    this.model = model;
    this.features = features;
    const proba = model.predictProba?.bind(model);
    if (proba) {
      this.predictProba = async (x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> =>
        proba(await this.steps.transform(x, 'target', run), run);
    }
  }

  override get task(): Task {
    return this.model.task;
  }

  override get nFeatures(): number {
    return this.features.length;
  }

  override get diagnostics(): Diagnostics {
    const { warnings } = this.model.diagnostics;
    return {
      ...this.model.diagnostics,
      warnings: [...this.steps.diagnostics.warnings, ...warnings],
    };
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return this.model.predictEncoded(await this.steps.transform(x, 'target', run), run);
  }

  override toState(): FittedState {
    return {
      id: PipelineModel.id,
      version: 1,
      values: { features: this.features },
      arrays: {},
      parts: { steps: this.steps.toState(), model: this.model.toState() },
    };
  }

  static restore(state: FittedState, context: RestoreContext): PipelineModel {
    const reader = new StateReader(state, PipelineModel.id, 1);
    const steps = reader.part('steps', context);
    const model = reader.part('model', context);
    const features = reader.value('features');
    const names = Array.isArray(features)
      ? features.filter((name) => typeof name === 'string')
      : [];
    if (
      !('steps' in steps && 'transform' in steps) ||
      !('predictEncoded' in model) ||
      names.length === 0
    ) {
      throw new TransferError({
        code: 'INVALID_ARTEFACT',
        who: PipelineModel.id,
        message: 'holds parts of the wrong kind.',
      });
    }
    return new PipelineModel(steps as FittedPipeline, model as Model, names);
  }
}

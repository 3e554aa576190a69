import {
  checkRows,
  type Diagnostics,
  type FittedState,
  type Matrix,
  type MatrixInput,
  Model,
  type RunOptions,
  type Task,
} from '@graft-ml/core';
import { taskValue } from './task-state.js';

/** A learner's model with the transport plan it was trained by. */
export abstract class PlannedModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** The learner's model of the target. */
  readonly model: Model;
  /** Mass sent from source row to target row; absent once restored from a file. */
  readonly plan: Matrix | undefined;
  readonly #origin: { readonly id: string; readonly name: string };

  constructor(
    /** The method that made it. */
    origin: { readonly id: string; readonly name: string },
    task: Task,
    model: Model,
    plan: Matrix | undefined,
    diagnostics: Diagnostics,
  ) {
    super();
    this.task = task;
    this.nFeatures = model.nFeatures;
    this.model = model;
    this.plan = plan;
    this.diagnostics = diagnostics;
    this.#origin = origin;
    if (model.predictProba) this.predictProba = async (x, run) => model.predictProba!(x, run);
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return this.model.predictEncoded(checkRows(this.#origin.name, x, this.nFeatures), run);
  }

  override toState(): FittedState {
    return {
      id: this.#origin.id,
      version: 1,
      values: { task: taskValue(this.task) },
      arrays: {},
      parts: { model: this.model.toState() },
    };
  }
}

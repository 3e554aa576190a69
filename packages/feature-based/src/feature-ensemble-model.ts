import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  MatrixInput,
  RestoreContext,
  RunOptions,
  Task,
} from '@graft-ml/core';
import { checkRows, Model, StateReader } from '@graft-ml/core';
import { argmaxRows, softmaxRows } from '@graft-ml/numerics';
import { asModel } from './internal/as-model.js';
import { type FeatureGroup, groupScores, weightedScores } from './internal/feature-groups.js';
import { readTask, taskValue } from './internal/task-state.js';

const id = 'feature-based/ss-fe';

/** Classifiers of groups of features, weighed. */
export class FeatureEnsembleModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  /** Facts: `rowsKept` of the source, `groups` with their weights. */
  readonly diagnostics: Diagnostics;
  readonly groups: readonly FeatureGroup[];
  /** θ, one per group. */
  readonly weights: Float64Array;

  constructor(
    task: Task,
    nFeatures: number,
    groups: readonly FeatureGroup[],
    weights: Float64Array,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.groups = groups;
    this.weights = weights;
    this.diagnostics = diagnostics;
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return Float64Array.from(argmaxRows(await this.#scores(x, run)));
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    return softmaxRows(await this.#scores(x, run));
  }

  async #scores(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const rows = checkRows('FeatureEnsemble', x, this.nFeatures);
    return weightedScores(
      await groupScores('FeatureEnsemble', rows, this.groups, run),
      this.weights,
    );
  }

  override toState(): FittedState {
    const columns = this.groups.map(({ columns: positions }, k) => [
      `columns ${k}`,
      { shape: [positions.length], data: Float64Array.from(positions) },
    ]);
    return {
      id,
      version: 1,
      values: {
        task: taskValue(this.task),
        nFeatures: this.nFeatures,
        groups: this.groups.map(({ group }) => group),
      },
      arrays: {
        weights: { shape: [this.weights.length], data: this.weights },
        ...Object.fromEntries(columns),
      },
      parts: Object.fromEntries(this.groups.map(({ model }, k) => [`model ${k}`, model.toState()])),
    };
  }

  /** Reads what {@link toState} wrote. */
  static read(state: FittedState, context: RestoreContext): FeatureEnsembleModel {
    const reader = new StateReader(state, id, 1);
    const weights = reader.array('weights', -1);
    const names = reader.value('groups');
    const groups = Array.from(weights, (_, k) => ({
      group: Array.isArray(names) ? String(names[k]) : '',
      columns: Int32Array.from(reader.array(`columns ${k}`, -1)),
      model: asModel(id, reader.part(`model ${k}`, context)),
    }));
    const nFeatures = reader.number('nFeatures', true);
    return new FeatureEnsembleModel(readTask(reader), nFeatures, groups, weights);
  }
}

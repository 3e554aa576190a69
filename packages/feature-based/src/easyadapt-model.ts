import type {
  Diagnostics,
  DomainRef,
  FittedState,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  RestoreContext,
  RunOptions,
  StateArray,
  Task,
} from '@graft-ml/core';
import { checkRows, Model, StateReader } from '@graft-ml/core';
import { augment, type Augmentation } from './internal/augmentation.js';
import { asModel } from './internal/as-model.js';

const id = 'feature-based/easyadapt';

/** A model on copied features. Its predictions are those for target rows; {@link predictFor} serves other domains. */
export class EasyAdaptModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** The learner's model of copied features: block by block the shared part, the sources, the target. */
  readonly model: Model;
  readonly #augmentation: Augmentation;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    model: Model,
    nFeatures: number,
    augmentation: Augmentation,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = model.task;
    this.nFeatures = nFeatures;
    this.diagnostics = diagnostics;
    this.model = model;
    this.#augmentation = augmentation;
    this.#linearAlgebra = linearAlgebra;
    if (model.predictProba) {
      this.predictProba = async (x, run) => model.predictProba!(this.augment(x, 'target'), run);
    }
  }

  /** Rows as the learner sees them [n, (K + 2) blocks]; `'unseen'` for a domain that was not there. */
  augment(x: MatrixInput, domain: DomainRef | 'unseen'): Matrix {
    const rows = checkRows('EasyAdapt', x, this.nFeatures);
    return augment(this.#linearAlgebra, rows, this.#augmentation, domain);
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return this.predictFor(x, 'target', run);
  }

  /** Encoded predictions for rows of any domain, `'unseen'` for one that was not there. */
  async predictFor(
    x: MatrixInput,
    domain: DomainRef | 'unseen',
    run?: RunOptions,
  ): Promise<Float64Array> {
    return this.model.predictEncoded(this.augment(x, domain), run);
  }

  override toState(): FittedState {
    const { nSources, intercept, map } = this.#augmentation;
    const arrays: Record<string, StateArray> = {};
    if (map) {
      for (const [name, { rows, columns, data }] of [
        ['landmarks', map.landmarks],
        ['basis', map.basis],
      ] as const)
        arrays[name] = { shape: [rows, columns], data };
    }
    return {
      id,
      version: 1,
      values: { nFeatures: this.nFeatures, nSources, intercept, gamma: map?.gamma ?? null },
      arrays,
      parts: { model: this.model.toState() },
    };
  }

  /** Reads what {@link toState} wrote. */
  static read(state: FittedState, context: RestoreContext): EasyAdaptModel {
    const reader = new StateReader(state, id, 1);
    const nFeatures = reader.number('nFeatures', true);
    const augmentation: Augmentation = {
      nSources: reader.number('nSources', true),
      intercept: reader.value('intercept') === true,
    };
    const model = asModel(id, reader.part('model', context));
    if (!reader.has('landmarks')) {
      return new EasyAdaptModel(model, nFeatures, augmentation, context.linearAlgebra);
    }
    const landmarks = reader.matrix('landmarks', -1, nFeatures);
    const basis = reader.matrix('basis', landmarks.rows);
    const map = { landmarks, basis, gamma: reader.number('gamma') };
    return new EasyAdaptModel(model, nFeatures, { ...augmentation, map }, context.linearAlgebra);
  }
}

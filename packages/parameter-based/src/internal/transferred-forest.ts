import {
  checkRows,
  type DenseMatrix,
  type Diagnostics,
  type FittedState,
  type MatrixInput,
  Model,
  type RestoreContext,
  type RunOptions,
  StateReader,
  type Task,
} from '@graft-ml/core';
import type { ForestClassifier, Tree } from '@graft-ml/learners';
import type { Origin } from '@graft-ml/learners';

/** Trees of the source as the target changed them; probabilities are the mean of the leaves' class shares. */
export class TransferredForest extends Model {
  override readonly task: Task;
  override readonly nFeatures: number;
  /** Facts: `nodesBefore` and `nodesAfter` of each tree. */
  override readonly diagnostics: Diagnostics;
  readonly #origin: Origin;
  readonly #forest: ForestClassifier;

  constructor(origin: Origin, forest: ForestClassifier, diagnostics: Diagnostics) {
    super();
    this.task = forest.task;
    this.nFeatures = forest.nFeatures;
    this.diagnostics = diagnostics;
    this.#origin = { id: origin.id, name: origin.name };
    this.#forest = forest;
  }

  /** The changed trees, those of the first source model first. */
  get trees(): readonly Tree[] {
    return this.#forest.trees;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return this.#forest.predictEncoded(checkRows(this.#origin.name, x, this.nFeatures), run);
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    return this.#forest.predictProba(checkRows(this.#origin.name, x, this.nFeatures), run);
  }

  override toState(): FittedState {
    const parts = { forest: this.#forest.toState() };
    return { id: this.#origin.id, version: 1, values: {}, arrays: {}, parts };
  }
}

/** Reads what {@link TransferredForest.toState} wrote. */
export function restoreForest(
  origin: Origin,
  state: FittedState,
  context: RestoreContext,
): TransferredForest {
  const reader = new StateReader(state, origin.id, 1);
  const forest = reader.part('forest', context) as ForestClassifier;
  return new TransferredForest(origin, forest, { warnings: [] });
}

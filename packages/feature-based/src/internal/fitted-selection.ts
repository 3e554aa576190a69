import type {
  Diagnostics,
  DomainRef,
  FeatureSpace,
  FittedState,
  FittedStep,
  Matrix,
  MatrixInput,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, Fitted, StateReader, TransferError } from '@graft-ml/core';
import type { EmbeddingMethod } from './fitted-embedding.js';
import { selectColumns } from './select-columns.js';

/** A fitted step that keeps some of the features, the same for all domains. */
export class FittedSelection extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** Positions of the features kept, ascending. */
  readonly kept: Int32Array;
  /** What each feature was judged by [nFeatures]. */
  readonly scores: Float64Array;
  readonly #method: EmbeddingMethod;

  constructor(
    method: EmbeddingMethod,
    kept: Int32Array,
    scores: Float64Array,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.kept = kept;
    this.scores = scores;
    this.#method = method;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    return selectColumns(checkRows(this.#method.name, x, this.scores.length), this.kept);
  }

  override toState(): FittedState {
    return {
      id: this.#method.id,
      version: 1,
      values: { kept: Array.from(this.kept) },
      arrays: { scores: { shape: [this.scores.length], data: this.scores } },
      parts: {},
    };
  }
}

/** Reads what {@link FittedSelection.toState} wrote. */
export function restoreSelection(method: EmbeddingMethod, state: FittedState): FittedSelection {
  const reader = new StateReader(state, method.id, 1);
  const scores = reader.array('scores', -1);
  const kept = reader.value('kept');
  const isPosition = (j: unknown): j is number =>
    typeof j === 'number' && Number.isInteger(j) && j >= 0 && j < scores.length;
  if (Array.isArray(kept) && kept.every(isPosition))
    return new FittedSelection(method, Int32Array.from(kept), scores);
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who: method.name,
    message: 'cannot be read back: "kept" is not a list of features.',
  });
}

/** The features at `kept`. */
export function selectedFeatures({ names, kinds }: FeatureSpace, kept: Int32Array): FeatureSpace {
  return {
    names: Array.from(kept, (j) => names[j]),
    kinds: Array.from(kept, (j) => kinds[j]),
  };
}

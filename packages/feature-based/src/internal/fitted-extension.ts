import type {
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FeatureSpace,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, Fitted, numberedFeatures, StateReader } from '@graft-ml/core';
import { appendColumns } from './blocks.js';
import type { EmbeddingMethod } from './fitted-embedding.js';

/** A fitted step that adds linear combinations of the features to them: x ↦ (x, x·P), alike for both domains. */
export class FittedExtension extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** P [nFeatures, nComponents]. */
  readonly combinations: DenseMatrix;
  readonly #method: EmbeddingMethod;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    combinations: DenseMatrix,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.combinations = combinations;
    this.#method = method;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const rows = checkRows(this.#method.name, x, this.combinations.rows);
    return appendColumns(rows, this.#linearAlgebra.multiply(rows, this.combinations));
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.combinations;
    return {
      id: this.#method.id,
      version: 1,
      values: {},
      arrays: { combinations: { shape: [rows, columns], data } },
      parts: {},
    };
  }
}

/** Reads what {@link FittedExtension.toState} wrote. */
export function restoreExtension(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedExtension {
  const combinations = new StateReader(state, method.id, 1).matrix('combinations');
  return new FittedExtension(method, combinations, context.linearAlgebra);
}

/** The features followed by `count` components. */
export function extendedFeatures({ names, kinds }: FeatureSpace, count: number): FeatureSpace {
  const added = numberedFeatures(count, 'component');
  return { names: [...names, ...added.names], kinds: [...kinds, ...added.kinds] };
}

import type {
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, Fitted, StateReader } from '@graft-ml/core';
import { unitRows } from './unit-rows.js';

export interface Embedding {
  /** Columns that new rows must have. */
  readonly nFeatures: number;
  /** [nFeatures, nComponents], or [nLandmarks, nComponents] behind a kernel. */
  readonly components: DenseMatrix;
  /** Scatter over penalty of each component, descending. */
  readonly values: Float64Array;
  /** Rows get unit length before and after. */
  readonly unitLength: boolean;
  /** Rows that new ones are compared with by exp(−gamma·‖x − y‖²); absent where components apply to the rows themselves. */
  readonly landmarks?: DenseMatrix | undefined;
  readonly gamma?: number | undefined;
  /** Last labels given to the target rows, encoded. */
  readonly pseudoLabels?: Float64Array | undefined;
}

/** Says whose embedding it is: id and name of the method. */
export interface EmbeddingMethod {
  readonly id: string;
  readonly name: string;
}

/** A fitted symmetric embedding: both domains are mapped alike, rows as x·A or k(x, landmarks)·A. */
export class FittedEmbedding extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** [nFeatures or nLandmarks, nComponents]; rows are mapped as x·A. */
  readonly components: DenseMatrix;
  /** Scatter over penalty of each component, descending. */
  readonly values: Float64Array;
  /** The last labels given to the target rows, encoded; absent where the method gives none. */
  readonly pseudoLabels: Float64Array | undefined;
  readonly #method: EmbeddingMethod;
  readonly #embedding: Embedding;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    embedding: Embedding,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.components = embedding.components;
    this.values = embedding.values;
    this.pseudoLabels = embedding.pseudoLabels;
    this.#method = method;
    this.#embedding = embedding;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const { nFeatures, unitLength, gamma = 0, landmarks } = this.#embedding;
    const rows = checkRows(this.#method.name, x, nFeatures);
    const given = unitLength ? unitRows(rows) : rows;
    const seen = landmarks
      ? this.#linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, given, landmarks)
      : given;
    const embedded = this.#linearAlgebra.multiply(seen, this.components);
    return unitLength ? unitRows(embedded) : embedded;
  }

  override toState(): FittedState {
    const { nFeatures, unitLength, gamma, landmarks } = this.#embedding;
    const vector = (data: Float64Array) => ({ shape: [data.length], data });
    const matrix = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    return {
      id: this.#method.id,
      version: 1,
      values: { nFeatures, unitLength, ...(gamma === undefined ? {} : { gamma }) },
      arrays: {
        components: matrix(this.components),
        values: vector(this.values),
        ...(landmarks ? { landmarks: matrix(landmarks) } : {}),
        ...(this.pseudoLabels ? { pseudoLabels: vector(this.pseudoLabels) } : {}),
      },
      parts: {},
    };
  }
}

/** Reads what {@link FittedEmbedding.toState} wrote. */
export function restoreEmbedding(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedEmbedding {
  const reader = new StateReader(state, method.id, 1);
  const nFeatures = reader.number('nFeatures', true);
  const landmarks = reader.has('landmarks') ? reader.matrix('landmarks', -1, nFeatures) : undefined;
  const components = reader.matrix('components', landmarks?.rows ?? nFeatures);
  return new FittedEmbedding(
    method,
    {
      nFeatures,
      components,
      values: reader.array('values', components.columns),
      unitLength: reader.value('unitLength') === true,
      landmarks,
      gamma: landmarks ? reader.number('gamma') : undefined,
      pseudoLabels: reader.has('pseudoLabels') ? reader.array('pseudoLabels', -1) : undefined,
    },
    context.linearAlgebra,
  );
}

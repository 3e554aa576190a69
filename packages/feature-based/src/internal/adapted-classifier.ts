import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LinearAlgebra,
  MatrixInput,
  RestoreContext,
  RunOptions,
  Task,
} from '@graft-ml/core';
import { checkRows, Model, StateReader } from '@graft-ml/core';
import { argmaxRows } from '@graft-ml/numerics';
import type { EmbeddingMethod } from './fitted-embedding.js';
import { readTask, taskValue } from './task-state.js';
import { unitRows } from './unit-rows.js';

/** What a score is made of: rows → rows·map → unit length → k(·, landmarks)·coefficients + intercepts. */
export interface ClassScores {
  readonly task: Task;
  /** Columns that new rows must have. */
  readonly nFeatures: number;
  /** [nFeatures, r]; absent where rows are taken as they are. */
  readonly map?: DenseMatrix | undefined;
  /** Rows, once mapped, get unit length. */
  readonly unitLength: boolean;
  /** Rows that new ones are compared with by exp(−gamma·‖x − y‖²); absent for a linear kernel. */
  readonly landmarks?: DenseMatrix | undefined;
  readonly gamma?: number | undefined;
  /** [r or nLandmarks, nClasses]. */
  readonly coefficients: DenseMatrix;
  /** [nClasses]. */
  readonly intercepts: Float64Array;
  /** Last labels given to the target rows, encoded. */
  readonly pseudoLabels: Float64Array;
}

/** A classifier with one function per class; the largest wins. */
export class AdaptedClassifier extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  /** Weights of features or landmarks [r or nLandmarks, nClasses]. */
  readonly coefficients: DenseMatrix;
  readonly intercepts: Float64Array;
  /** The labels given to the target rows of the fit, encoded. */
  readonly pseudoLabels: Float64Array;
  readonly #method: EmbeddingMethod;
  readonly #parts: ClassScores;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    parts: ClassScores,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = parts.task;
    this.nFeatures = parts.nFeatures;
    this.diagnostics = diagnostics;
    this.coefficients = parts.coefficients;
    this.intercepts = parts.intercepts;
    this.pseudoLabels = parts.pseudoLabels;
    this.#method = method;
    this.#parts = parts;
    this.#linearAlgebra = linearAlgebra;
  }

  /** The value of each class's function [rows, nClasses]. */
  async scores(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    const { map, unitLength, landmarks, gamma = 0 } = this.#parts;
    const given = checkRows(this.#method.name, x, this.nFeatures);
    const mapped = map ? this.#linearAlgebra.multiply(given, map) : given;
    const rows = unitLength ? unitRows(mapped) : mapped;
    const seen = landmarks
      ? this.#linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, rows, landmarks)
      : rows;
    const scores = this.#linearAlgebra.multiply(seen, this.coefficients);
    for (let p = 0; p < scores.data.length; p++) {
      scores.data[p] += this.intercepts[p % scores.columns];
    }
    return scores;
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return Float64Array.from(argmaxRows(await this.scores(x, run)));
  }

  override toState(): FittedState {
    const { map, unitLength, landmarks, gamma } = this.#parts;
    const vector = (data: Float64Array) => ({ shape: [data.length], data });
    const matrix = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    return {
      id: this.#method.id,
      version: 1,
      values: {
        task: taskValue(this.task),
        nFeatures: this.nFeatures,
        unitLength,
        ...(gamma === undefined ? {} : { gamma }),
      },
      arrays: {
        coefficients: matrix(this.coefficients),
        intercepts: vector(this.intercepts),
        pseudoLabels: vector(this.pseudoLabels),
        ...(map ? { map: matrix(map) } : {}),
        ...(landmarks ? { landmarks: matrix(landmarks) } : {}),
      },
      parts: {},
    };
  }
}

/** Reads what {@link AdaptedClassifier.toState} wrote. */
export function restoreClassifier(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): AdaptedClassifier {
  const reader = new StateReader(state, method.id, 1);
  const nFeatures = reader.number('nFeatures', true);
  const map = reader.has('map') ? reader.matrix('map', nFeatures) : undefined;
  const width = map?.columns ?? nFeatures;
  const landmarks = reader.has('landmarks') ? reader.matrix('landmarks', -1, width) : undefined;
  const coefficients = reader.matrix('coefficients', landmarks?.rows ?? width);
  const parts: ClassScores = {
    task: readTask(reader),
    nFeatures,
    map,
    unitLength: reader.value('unitLength') === true,
    landmarks,
    gamma: landmarks ? reader.number('gamma') : undefined,
    coefficients,
    intercepts: reader.array('intercepts', coefficients.columns),
    pseudoLabels: reader.array('pseudoLabels', -1),
  };
  return new AdaptedClassifier(method, parts, context.linearAlgebra);
}

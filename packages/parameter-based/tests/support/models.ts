import {
  denseMatrix,
  type Diagnostics,
  type FittedState,
  type MatrixInput,
  Model,
  type RunOptions,
  type Task,
} from '@graft-ml/core';
import { LinearClassifierModel, LinearRegressionModel } from '@graft-ml/learners';

const origin = { id: 'test/given', name: 'Given' };

/** A linear regression with the given [intercept, ...coefficients]. */
export function regressionOf(vector: readonly number[]): LinearRegressionModel {
  const [intercept = 0, ...coefficients] = vector;
  const parts = {
    task: { kind: 'regression' } as const,
    coefficients: denseMatrix(1, coefficients.length, Float64Array.from(coefficients)),
    intercepts: Float64Array.of(intercept),
  };
  return new LinearRegressionModel(origin, parts, { warnings: [] });
}

/** A linear classifier with one [intercept, ...coefficients] per output. */
export function classifierOf(
  vectors: readonly (readonly number[])[],
  classes: readonly (string | number)[],
): LinearClassifierModel {
  const nFeatures = vectors[0]!.length - 1;
  const parts = {
    task: { kind: 'classification', classes } as const,
    coefficients: denseMatrix(
      vectors.length,
      nFeatures,
      Float64Array.from(vectors.flatMap((vector) => vector.slice(1))),
    ),
    intercepts: Float64Array.from(vectors, (vector) => vector[0]!),
  };
  return new LinearClassifierModel(origin, parts, { warnings: [] });
}

/** [intercept, ...coefficients] of every output. */
export function vectorsOf(model: {
  coefficients: { data: Float64Array; columns: number };
  intercepts: Float64Array;
}): number[][] {
  const { data, columns } = model.coefficients;
  return Array.from(model.intercepts, (intercept, k) => [
    intercept,
    ...data.subarray(k * columns, (k + 1) * columns),
  ]);
}

/** A model without coefficients. */
export class ConstantModel extends Model {
  override readonly task: Task;
  override readonly nFeatures: number;
  override readonly diagnostics: Diagnostics = { warnings: [] };

  constructor(task: Task, nFeatures: number) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return new Float64Array((x as readonly unknown[]).length);
  }

  override toState(): FittedState {
    return { id: 'test/constant', version: 1, values: {}, arrays: {}, parts: {} };
  }
}

import type {
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  denseMatrix,
  LinearAlgebraToken,
  resolveOptions,
  trainingRows,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { LinearRegressionModel, linearPartsFromState } from './internal/linear-model.js';
import { solveRidge } from './solve-ridge.js';

export interface RidgeRegressionOptions {
  /** λ in [0, ∞), default 1, in squared units of the features. Larger values shrink coefficients; 0 is least squares. */
  readonly regularization?: number;
  /** Whether there is an intercept, never penalised. Default true. */
  readonly intercept?: boolean;
}

const schema: OptionSchema<RidgeRegressionOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ, the weight of the squared coefficients, in squared units of the features.',
    effect: 'Larger values shrink coefficients; 0 is least squares.',
  },
  intercept: {
    type: 'boolean',
    default: true,
    description: 'Whether there is an intercept, which is never penalised.',
  },
};

/** Linear least squares with an L2 penalty.
 *
 * Setting   learner · regression · row weights count as copies
 * Solves    min_{β,b} Σ wᵢ·(yᵢ − xᵢ·β − b)² + λ·‖β‖²      λ = `regularization`; closed form
 * Shapes    x [n, nFeatures], y [n] → values [rows]; sparse rows stay sparse
 * Assumes   the value is a weighted sum of the features, with errors of equal spread.
 * Errors    NUMERICAL where λ is too small beside the features for float64.
 * Paper     hoerl1970
 * Example   const model = await new RidgeRegression({ regularization: 0.1 }).fit({ x, y });
 */
export class RidgeRegression implements Learner<LinearRegressionModel> {
  static readonly id = 'learners/ridge-regression';
  static readonly summary = 'Ridge: linear least squares with an L2 penalty.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<RidgeRegressionOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: RidgeRegressionOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('RidgeRegression', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<LinearRegressionModel> {
    checkAborted(run, 'RidgeRegression');
    const { task, x, y, weights } = trainingRows('RidgeRegression', data, ['regression']);
    const solution = solveRidge(this.#linearAlgebra, {
      x,
      y: denseMatrix(x.rows, 1, y),
      ...(weights ? { weights } : {}),
      ...this.options,
    });
    return new LinearRegressionModel(RidgeRegression, { task, ...solution }, { warnings: [] });
  }

  static restore(state: FittedState, _context: RestoreContext): LinearRegressionModel {
    const parts = linearPartsFromState(RidgeRegression, state);
    return new LinearRegressionModel(RidgeRegression, parts, { warnings: [] });
  }
}

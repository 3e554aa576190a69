import type {
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  Setting,
} from '@graft-ml/core';
import {
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
} from '@graft-ml/core';
import { linearPartsFromState, LinearRegressionModel, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { meanSquaredLoss } from './internal/losses.js';
import { distanceBetween, scoresOf, solvePulledRidge } from './internal/pulled-ridge.js';
import {
  indexOfLeast,
  linearStart,
  type ParameterRun,
  startingPoint,
} from './internal/source-models.js';

export interface RegularizedTransferRegressionOptions {
  /** λ in [0, ∞), default 1, in squared units of the features. Larger values stay closer to the source model; 0 starts there and then follows the target rows alone. */
  readonly regularization?: number;
  /** Whether the intercept is pulled towards the source model's too. Default true; false lets the level of the target be its own. */
  readonly penalizeIntercept?: boolean;
  /** Where several source models meet: at the `'mean'` of their coefficients (default), or at the `'best'` on the labelled target rows. */
  readonly combine?: 'mean' | 'best';
}

const schema: OptionSchema<RegularizedTransferRegressionOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ, the weight of the squared distance from the source coefficients.',
    effect: 'Larger values stay closer to the source model; 0 follows the target rows alone.',
  },
  penalizeIntercept: {
    type: 'boolean',
    default: true,
    description: "Whether the intercept is pulled towards the source model's too.",
  },
  combine: {
    type: 'choice',
    values: ['mean', 'best'],
    default: 'mean',
    description:
      'Where several source models meet: at their mean, or at the one with the least loss on the labelled target rows.',
  },
};

/** Fits a linear regression to a few labelled target rows, held near the coefficients of a source model (L2-SP).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their models · same features · regression
 * Solves    min_{β,b} Σᵢ (yᵢ − xᵢ·β − b)² + λ·(‖β − β₀‖² + (b − b₀)²)      closed form; λ = `regularization`
 * where     x, y are the labelled target rows, β₀, b₀ the source model's coefficients and intercept (of several: `combine`);
 *           without `penalizeIntercept` the term (b − b₀)² is left out
 * Limits    λ → ∞ gives the source model; λ = 0 the least squares solution of the target nearest to it
 * Shapes    target.labelled.x [n, nFeatures], y [n] → values [rows]; sparse rows stay sparse where λ > 0
 * Assumes   source and target need similar coefficients. Where they do not, λ > 0 hurts (negative transfer).
 * Errors    UNSUPPORTED for a source model that is not linear; SHAPE_MISMATCH for one of other features; INVALID_DATA
 *           without labelled target rows, or without source labels where models are to be learned.
 * Paper     xuhong2018 (L2-SP); for linear models chelba2006. Unlabelled target rows are not used.
 * Example   const model = await new RegularizedTransferRegression().fit({ source, target: { x, labelled } });
 */
export class RegularizedTransferRegression implements ParameterStrategy<LinearRegressionModel> {
  static readonly id = 'parameter-based/regularized-transfer-regression';
  static readonly summary =
    'L2-SP for regression: holds a target fit near the coefficients of the source.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<RegularizedTransferRegressionOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` makes the source models where none are handed in; default {@link RidgeRegression}. */
  constructor(
    options?: RegularizedTransferRegressionOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('RegularizedTransferRegression', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ?? new RidgeRegression({}, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<LinearRegressionModel> {
    const who = 'RegularizedTransferRegression';
    const problem = prepareProblem(RegularizedTransferRegression, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { task, models, rows } = await linearStart(
      who,
      'regression',
      problem,
      this.#learner,
      run,
    );
    await step(run, who, { stage: 'source models', done: 1, total: 2 });
    const { combine, regularization, penalizeIntercept } = this.options;
    const y = denseMatrix(rows.y.length, 1, rows.y);
    const losses = models.map((model) =>
      meanSquaredLoss(scoresOf(linearAlgebra, rows.x, model), y),
    );
    const chosen = combine === 'best' ? indexOfLeast(losses) : 'mean';
    const start = startingPoint(models, chosen);
    const solution = solvePulledRidge(linearAlgebra, {
      x: rows.x,
      y,
      start,
      regularization,
      penalizeIntercept,
    });
    await step(run, who, { stage: 'target model', done: 2, total: 2 });
    return new LinearRegressionModel(
      RegularizedTransferRegression,
      { task, ...solution },
      {
        warnings: [],
        facts: {
          start: chosen,
          sourceLosses: losses,
          loss: meanSquaredLoss(scoresOf(linearAlgebra, rows.x, solution), y),
          distance: distanceBetween(solution, start),
        },
      },
    );
  }

  static restore(state: FittedState, _context: RestoreContext): LinearRegressionModel {
    const parts = linearPartsFromState(RegularizedTransferRegression, state);
    return new LinearRegressionModel(RegularizedTransferRegression, parts, { warnings: [] });
  }
}

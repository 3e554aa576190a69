import type {
  Diagnostics,
  FittedState,
  LabelledRows,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  Setting,
  Task,
  Warning,
} from '@graft-ml/core';
import {
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
} from '@graft-ml/core';
import {
  type LinearClassifierModel,
  linearPartsFromState,
  type LogisticModel,
  LogisticRegression,
  minimizeLogisticLoss,
  RidgeClassifier,
} from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { meanLogLoss, meanSquaredLoss, nClassesOf, signTargets } from './internal/losses.js';
import { missingClasses } from './internal/missing-classes.js';
import {
  distanceBetween,
  type LinearMap,
  scoresOf,
  solvePulledRidge,
} from './internal/pulled-ridge.js';
import {
  indexOfLeast,
  linearStart,
  type ParameterRun,
  startingPoint,
} from './internal/source-models.js';
import { readLoss, transferredClassifier } from './internal/transferred-classifier.js';

export interface RegularizedTransferClassifierOptions {
  /** `'logistic'` (default): binary or multinomial, with probabilities. `'squared'`: −1 / +1 targets, one against the rest, in closed form. */
  readonly loss?: 'logistic' | 'squared';
  /** λ in [0, ∞), default 1, in squared units of the features. Larger values stay closer to the source model; 0 starts there and then follows the target rows alone. */
  readonly regularization?: number;
  /** Whether intercepts are pulled towards the source model's too. Default true; false lets class frequencies of the target be their own. */
  readonly penalizeIntercept?: boolean;
  /** Where several source models meet: at the `'mean'` of their coefficients (default), or at the `'best'` on the labelled target rows. */
  readonly combine?: 'mean' | 'best';
  /** Logistic loss only: largest entry of the gradient, per labelled row and in units of unit curvature, at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** Logistic loss only: a whole number ≥ 1, default 1000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<RegularizedTransferClassifierOptions> = {
  loss: {
    type: 'choice',
    values: ['logistic', 'squared'],
    default: 'logistic',
    description: 'Logistic, with probabilities, or squared on −1 / +1 targets, in closed form.',
  },
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
    description: "Whether intercepts are pulled towards the source model's too.",
  },
  combine: {
    type: 'choice',
    values: ['mean', 'best'],
    default: 'mean',
    description:
      'Where several source models meet: at their mean, or at the one with the least loss on the labelled target rows.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description:
      'Logistic loss: largest entry of the gradient, per labelled row, at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 1000,
    description: 'Logistic loss: after how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** What {@link RegularizedTransferClassifier} makes: with `loss: 'squared'` a model without probabilities. */
export type TransferredClassifier = LogisticModel | LinearClassifierModel;

/** Fits a linear classifier to a few labelled target rows, held near the coefficients of a source model (L2-SP).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their models · same features and classes
 * Solves    logistic: min_{B,b} Σᵢ ℓ(yᵢ, B·xᵢ + b) + λ/2·(‖B − B₀‖²_F + ‖b − b₀‖²)      by L-BFGS
 *           squared:  min_{B,b} Σᵢ ‖tᵢ − B·xᵢ − b‖² + λ·(‖B − B₀‖²_F + ‖b − b₀‖²)       closed form
 * where     x, y are the labelled target rows, B₀, b₀ the source model's coefficients and intercepts (of several: `combine`), λ = `regularization`
 *           ℓ = log(1 + exp(−±f)) for two classes, −log softmax(f)_y for more; t_ic = +1 where yᵢ = c, else −1
 *           without `penalizeIntercept` the terms in b are left out
 * Limits    λ → ∞ gives the source model; λ = 0 the target alone: of all squared solutions the one nearest to the source model;
 *           logistic has none where the labelled rows are separable and then stops at `maxIterations`
 * Shapes    target.labelled.x [n, nFeatures], y [n] → one output for two classes (positive for the second), else one per class
 * Assumes   source and target need similar coefficients. Where they do not, λ > 0 hurts (negative transfer).
 * Errors    UNSUPPORTED for a source model that is not linear; SHAPE_MISMATCH for one of other features; INVALID_DATA
 *           without labelled target rows, or where the target has a class that the source models do not know.
 * Warnings  CLASS_MISSING where a class has no labelled target row; NOT_CONVERGED.
 * Paper     xuhong2018 (L2-SP); for log-linear models chelba2006. Unlabelled target rows are not used.
 * Example   const model = await new RegularizedTransferClassifier().fit({ source, target: { x, labelled } });
 */
export class RegularizedTransferClassifier implements ParameterStrategy<TransferredClassifier> {
  static readonly id = 'parameter-based/regularized-transfer-classifier';
  static readonly summary =
    'L2-SP for classes: holds a target classifier near the coefficients of the source.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<RegularizedTransferClassifierOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` makes the source models where none are handed in; default {@link LogisticRegression}, for the squared loss {@link RidgeClassifier}. */
  constructor(
    options?: RegularizedTransferClassifierOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('RegularizedTransferClassifier', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner = dependencies.learner ?? this.#defaultLearner();
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<TransferredClassifier> {
    const who = 'RegularizedTransferClassifier';
    const problem = prepareProblem(RegularizedTransferClassifier, input, run);
    const learner = this.#learner;
    const { task, models, rows } = await linearStart(who, 'classification', problem, learner, run);
    await step(run, who, { stage: 'source models', done: 1, total: 2 });
    const losses = models.map((model) => this.#meanLoss(rows, task, model));
    const chosen = this.options.combine === 'best' ? indexOfLeast(losses) : 'mean';
    const start = startingPoint(models, chosen);
    const { solution, progress } =
      this.options.loss === 'squared'
        ? { solution: this.#fitSquared(rows, task, start), progress: { warnings: [] } }
        : this.#fitLogistic(rows, task, start);
    await step(run, who, { stage: 'target model', done: 2, total: 2 });
    const parts = { task, ...solution };
    return transferredClassifier(RegularizedTransferClassifier, this.options.loss, parts, {
      ...progress,
      warnings: [...missingClasses(rows, task), ...progress.warnings],
      facts: {
        start: chosen,
        sourceLosses: losses,
        loss: this.#meanLoss(rows, task, solution),
        distance: distanceBetween(solution, start),
      },
    });
  }

  static restore(state: FittedState, _context: RestoreContext): TransferredClassifier {
    const parts = linearPartsFromState(RegularizedTransferClassifier, state);
    const reader = new StateReader(state, RegularizedTransferClassifier.id, 1);
    const loss = readLoss(reader, RegularizedTransferClassifier.id);
    return transferredClassifier(RegularizedTransferClassifier, loss, parts, { warnings: [] });
  }

  #defaultLearner(): Learner {
    if (this.options.loss === 'logistic') return new LogisticRegression();
    return new RidgeClassifier({}, { linearAlgebra: this.#linearAlgebra });
  }

  #fitSquared({ x, y }: LabelledRows, task: Task, start: LinearMap): LinearMap {
    const { regularization, penalizeIntercept } = this.options;
    const targets = signTargets(y, nClassesOf(task));
    return solvePulledRidge(this.#linearAlgebra, {
      x,
      y: targets,
      start,
      regularization,
      penalizeIntercept,
    });
  }

  #fitLogistic({ x, y }: LabelledRows, task: Task, start: LinearMap) {
    const { regularization, penalizeIntercept, tolerance, maxIterations } = this.options;
    const { coefficients, intercepts, iterations, converged, stopReason } = minimizeLogisticLoss({
      x,
      y,
      nClasses: nClassesOf(task),
      regularization,
      prior: { ...start, penalizeIntercept },
      tolerance,
      maxIterations,
    });
    const warnings = converged ? [] : [notConverged(iterations, stopReason)];
    const progress: Diagnostics = { warnings, iterations, converged, stopReason };
    return { solution: { coefficients, intercepts }, progress };
  }

  /** Mean loss of a model over the labelled target rows, without the pull. */
  #meanLoss({ x, y }: LabelledRows, task: Task, map: LinearMap): number {
    const scores = scoresOf(this.#linearAlgebra, x, map);
    if (this.options.loss === 'logistic') return meanLogLoss(scores, y);
    return meanSquaredLoss(scores, signTargets(y, nClassesOf(task)));
  }
}

function notConverged(iterations: number, stopReason: string): Warning {
  return {
    code: 'NOT_CONVERGED',
    message: `stopped after ${iterations} iterations: ${stopReason}. Raise "maxIterations" or "tolerance"; where "regularization" is 0 and the labelled rows are separable there is no minimum.`,
  };
}

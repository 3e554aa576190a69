import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { checkAborted, LinearAlgebraToken, resolveOptions } from '@graft-ml/core';
import { classRows } from './internal/class-rows.js';
import {
  classesOfScores,
  type LinearParts,
  linearPartsFromState,
  LinearPredictor,
  type Origin,
} from './internal/linear-model.js';
import { probabilitiesOfLogits } from './internal/logits.js';
import { missingClasses, notConverged } from './internal/warnings.js';
import { minimizeLogisticLoss } from './minimize-logistic-loss.js';

export interface LogisticRegressionOptions {
  /** λ in [0, ∞), default 1; the C of other libraries is 1 / λ. Larger values shrink coefficients and soften probabilities. */
  readonly regularization?: number;
  /** Whether there is an intercept, never penalised. Default true. */
  readonly intercept?: boolean;
  /** Largest entry of the gradient, per unit of weight and in units of unit curvature, at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 1000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<LogisticRegressionOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description:
      'λ, the weight of half the squared coefficients; the C of other libraries is 1 / λ.',
    effect: 'Larger values shrink coefficients and soften probabilities.',
  },
  intercept: {
    type: 'boolean',
    default: true,
    description: 'Whether there is an intercept, which is never penalised.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Largest entry of the gradient, per unit of weight, at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 1000,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Logistic regression with an L2 penalty, binary or multinomial.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    min_{B,b} Σ wᵢ·ℓᵢ + λ/2·‖B‖²_F              λ = `regularization` = 1 / C
 * where     ℓ = log(1 + exp(−±f)) for two classes and −log softmax(f)_y for more, f = B·x + b; the intercepts b are free
 * Shapes    x [n, nFeatures], y [n] → one output for two classes (positive for the second), else one per class; sparse rows stay sparse
 * Assumes   log odds are linear in the features. With λ = 0 and separable classes there is no minimum: it stops at `maxIterations`.
 * Errors    INVALID_DATA where rows of one class only carry weight; NUMERICAL where features leave the range of float64.
 * Paper     cox1958; solved by L-BFGS (liu1989).
 * Example   const model = await new LogisticRegression({ regularization: 0.1 }).fit({ x, y });
 */
export class LogisticRegression implements Learner<LogisticModel> {
  static readonly id = 'learners/logistic-regression';
  static readonly summary =
    'Logistic regression: class probabilities from linear scores, with an L2 penalty.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<LogisticRegressionOptions>;
  readonly #engine: { readonly linearAlgebra?: LinearAlgebra };

  /** @param dependencies an engine multiplies dense rows all at once; without one they are worked off one by one */
  constructor(
    options?: LogisticRegressionOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LogisticRegression', schema, options);
    this.#engine = dependencies.linearAlgebra ? { linearAlgebra: dependencies.linearAlgebra } : {};
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<LogisticModel> {
    checkAborted(run, 'LogisticRegression');
    const rows = classRows('LogisticRegression', data, 2);
    const { task, x, y, weights, nClasses } = rows;
    const solution = minimizeLogisticLoss({
      x,
      y,
      nClasses,
      ...(weights ? { weights } : {}),
      ...this.options,
      ...this.#engine,
    });
    const { coefficients, intercepts, objective, iterations, converged, stopReason } = solution;
    return new LogisticModel(
      { task, coefficients, intercepts },
      {
        warnings: [
          ...missingClasses(rows),
          ...(converged ? [] : [notConverged('LogisticRegression', iterations, stopReason)]),
        ],
        iterations,
        converged,
        stopReason,
        facts: { objective },
      },
    );
  }

  static restore(state: FittedState, _context: RestoreContext): LogisticModel {
    return new LogisticModel(linearPartsFromState(LogisticRegression, state), { warnings: [] });
  }
}

/** A fitted logistic regression. */
export class LogisticModel extends LinearPredictor {
  constructor(parts: LinearParts, diagnostics: Diagnostics, origin: Origin = LogisticRegression) {
    super(origin, parts, diagnostics);
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return classesOfScores(this.scores(x));
  }

  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    return probabilitiesOfLogits(this.scores(x));
  }
}

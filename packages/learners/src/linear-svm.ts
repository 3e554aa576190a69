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
  step,
} from '@graft-ml/core';
import { classRows } from './internal/class-rows.js';
import { LinearClassifierModel, linearPartsFromState } from './internal/linear-model.js';
import { LinearObjective, type LinearProblem } from './internal/linear-objective.js';
import type { RoundVariables } from './internal/round-variables.js';
import { missingClasses, notConverged } from './internal/warnings.js';

export interface LinearSvmOptions {
  /** λ in (0, ∞), default 1; the C of other libraries is 1 / λ. Larger values widen the margin. */
  readonly regularization?: number;
  /** Whether the intercept is penalised like a coefficient, as LIBLINEAR does. Default false. */
  readonly penalizeIntercept?: boolean;
  /** Largest entry of the gradient, per unit of weight and in units of unit curvature, at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 1000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<LinearSvmOptions> = {
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description:
      'λ, the weight of half the squared coefficients; the C of other libraries is 1 / λ.',
    effect: 'Larger values widen the margin.',
  },
  penalizeIntercept: {
    type: 'boolean',
    default: false,
    description: 'Whether the intercept is penalised like a coefficient, as LIBLINEAR does.',
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

/** Linear support vector machine with squared hinge loss, one class against the rest.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    per class  min_{β,b} Σ wᵢ·max(0, 1 − tᵢ·(β·xᵢ + b))² + λ/2·‖β‖² [+ λ/2·b²]      tᵢ = ±1, λ = `regularization` = 1 / C
 * by        L-BFGS in the variables of minimizeLogisticLoss; the last term only with `penalizeIntercept`
 * Shapes    x [n, nFeatures], y [n] → one output for two classes (positive for the second), else one per class; sparse rows stay sparse
 * Assumes   classes can be told apart by hyperplanes. Scores are no probabilities.
 * Errors    INVALID_DATA where rows of one class only carry weight; NUMERICAL where features leave the range of float64.
 * Paper     fan2008 (LIBLINEAR), L2-regularised L2-loss.
 * Example   const model = await new LinearSvm({ regularization: 0.1 }).fit({ x, y });
 */
export class LinearSvm implements Learner<LinearClassifierModel> {
  static readonly id = 'learners/linear-svm';
  static readonly summary =
    'Linear SVM: wide margins by squared hinge loss, one class against the rest.';
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
  readonly options: Required<LinearSvmOptions>;
  readonly #engine: { readonly linearAlgebra?: LinearAlgebra };

  /** @param dependencies an engine multiplies dense rows all at once; without one they are worked off one by one */
  constructor(
    options?: LinearSvmOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LinearSvm', schema, options);
    this.#engine = dependencies.linearAlgebra ? { linearAlgebra: dependencies.linearAlgebra } : {};
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<LinearClassifierModel> {
    checkAborted(run, 'LinearSvm');
    const rows = classRows('LinearSvm', data, 2);
    const { task, x, y, weights, nClasses } = rows;
    const outputs = nClasses === 2 ? 1 : nClasses;
    const coefficients = denseMatrix(outputs, x.columns);
    const intercepts = new Float64Array(outputs);
    const warnings = missingClasses(rows);
    let iterations = 0;
    let objective = 0;
    let converged = true;
    let variables: RoundVariables | undefined;
    for (let k = 0; k < outputs; k++) {
      const positive = outputs === 1 ? 1 : k;
      const machine = new SquaredHinge({
        x,
        y: y.map((label) => (label === positive ? 1 : -1)),
        ...(weights ? { weights } : {}),
        ...this.options,
        ...this.#engine,
        ...(variables ? { variables } : {}),
        prior: {
          coefficients: denseMatrix(1, x.columns),
          intercepts: new Float64Array(1),
          penalizeIntercept: this.options.penalizeIntercept,
        },
      });
      variables = machine.variables;
      const solution = machine.minimize();
      coefficients.data.set(solution.coefficients.data, k * x.columns);
      intercepts[k] = solution.intercepts[0];
      iterations += solution.iterations;
      objective += solution.objective;
      if (!solution.converged) {
        converged = false;
        warnings.push(notConverged('LinearSvm', solution.iterations, solution.stopReason));
      }
      await step(run, 'LinearSvm', { stage: 'separating classes', done: k + 1, total: outputs });
    }
    const parts = { task, coefficients, intercepts };
    return new LinearClassifierModel(LinearSvm, parts, {
      warnings,
      iterations,
      converged,
      stopReason: converged
        ? 'the gradient is within the tolerance'
        : 'a class did not converge; see the warnings',
      facts: { objective },
    });
  }

  static restore(state: FittedState, _context: RestoreContext): LinearClassifierModel {
    const parts = linearPartsFromState(LinearSvm, state);
    return new LinearClassifierModel(LinearSvm, parts, { warnings: [] });
  }
}

/** max(0, 1 − t·f)² with t = ±1; its second derivative is at most 2. */
class SquaredHinge extends LinearObjective {
  constructor(problem: LinearProblem) {
    super(problem, 1, 2);
  }

  protected override sumLosses(scores: Float64Array, first: number): number {
    const { y, weights } = this.problem;
    let loss = 0;
    for (let i = 0; i < scores.length; i++) {
      const weight = weights ? weights[first + i] : 1;
      if (weight === 0) {
        scores[i] = 0; // whatever the score, an overflow say
        continue;
      }
      const t = y[first + i];
      const missing = Math.max(0, 1 - t * scores[i]);
      loss += weight * missing * missing;
      scores[i] = -2 * weight * missing * t;
    }
    return loss;
  }
}

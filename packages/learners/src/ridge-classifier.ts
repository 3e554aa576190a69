import type {
  DenseMatrix,
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
import { checkAborted, denseMatrix, LinearAlgebraToken, resolveOptions } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classRows } from './internal/class-rows.js';
import { LinearClassifierModel, linearPartsFromState } from './internal/linear-model.js';
import { solveRidge } from './solve-ridge.js';

export interface RidgeClassifierOptions {
  /** λ in [0, ∞), default 1, in squared units of the features. Larger values shrink coefficients. */
  readonly regularization?: number;
}

const schema: OptionSchema<RidgeClassifierOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ, the weight of the squared coefficients, in squared units of the features.',
    effect: 'Larger values shrink coefficients.',
  },
};

/** Classifies by ridge regression on −1 / +1 targets, one against the rest.
 *
 * Setting   learner · classification · row weights count as copies
 * Solves    min_{B,b} Σ wᵢ·‖tᵢ − B·xᵢ − b‖² + λ·‖B‖²      t_ic = +1 where yᵢ = c and −1 elsewhere; predicts argmax_c, the smaller class on a tie
 * Shapes    x [n, nFeatures], y [n] → one output per class, a single one (positive for the second class) for two; sparse rows stay sparse
 * Assumes   classes can be told apart by hyperplanes. One linear system, so it is the fastest of the linear classifiers; scores are no probabilities.
 * Errors    INVALID_DATA where rows of one class only carry weight; NUMERICAL where λ is too small for float64.
 * Example   const model = await new RidgeClassifier().fit({ x, y });
 */
export class RidgeClassifier implements Learner<LinearClassifierModel> {
  static readonly id = 'learners/ridge-classifier';
  static readonly summary =
    'Ridge classifier: least squares on −1 / +1 targets, one against the rest.';
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
  readonly options: Required<RidgeClassifierOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: RidgeClassifierOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('RidgeClassifier', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<LinearClassifierModel> {
    checkAborted(run, 'RidgeClassifier');
    const { task, x, y, weights, nClasses } = classRows('RidgeClassifier', data, 2);
    const solution = solveRidge(this.#linearAlgebra, {
      x,
      y: signTargets(y, nClasses),
      ...(weights ? { weights } : {}),
      regularization: this.options.regularization,
    });
    return new LinearClassifierModel(RidgeClassifier, { task, ...solution }, { warnings: [] });
  }

  static restore(state: FittedState, _context: RestoreContext): LinearClassifierModel {
    const parts = linearPartsFromState(RidgeClassifier, state);
    return new LinearClassifierModel(RidgeClassifier, parts, { warnings: [] });
  }
}

/** [rows, outputs]: +1 in the column of the row's class, −1 elsewhere; for two classes one column, +1 for the second. */
function signTargets(y: Float64Array, nClasses: number): DenseMatrix {
  const outputs = nClasses === 2 ? 1 : nClasses;
  const targets = denseMatrix(y.length, outputs, new Float64Array(y.length * outputs).fill(-1));
  for (let i = 0; i < y.length; i++) {
    if (nClasses > 2) targets.data[i * outputs + y[i]] = 1;
    else targets.data[i] = 2 * y[i] - 1;
  }
  return targets;
}

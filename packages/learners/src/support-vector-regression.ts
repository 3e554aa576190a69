import type {
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RegressionTask,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  resolveOptions,
  StateReader,
  trainingRows,
} from '@graft-ml/core';
import { referenceLinearAlgebra, solveSvmDual } from '@graft-ml/numerics';
import {
  chooseKernel,
  type KernelOptions,
  kernelSchema,
  kernelValue,
} from './internal/kernel-choice.js';
import {
  evaluateExpansion,
  expansionArrays,
  expansionOver,
  type KernelExpansion,
  readExpansion,
} from './internal/kernel-expansion.js';
import { KernelRows } from './internal/kernel-rows.js';
import { notConverged } from './internal/warnings.js';

export interface SupportVectorRegressionOptions extends KernelOptions {
  /** λ in (0, ∞), default 1; the C of other libraries is 1 / λ. Larger values flatten the curve. */
  readonly regularization?: number;
  /** Errors up to this cost nothing, in units of the value. In [0, ∞), default 0.1. More need fewer support vectors. */
  readonly epsilon?: number;
  /** How far optimality may be violated, in (0, ∞), default 1e-6. Larger values are faster. */
  readonly tolerance?: number;
}

const schema: OptionSchema<SupportVectorRegressionOptions> = {
  ...kernelSchema,
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ; the C of other libraries is 1 / λ.',
    effect: 'Larger values flatten the curve.',
  },
  epsilon: {
    type: 'number',
    atLeast: 0,
    default: 0.1,
    description: 'Errors up to this cost nothing, in units of the value.',
    effect: 'More need fewer support vectors.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'How far the conditions of optimality may be violated.',
    effect: 'Larger values are faster.',
  },
};

/** Regression with a kernel that forgives small errors (ε-SVR).
 *
 * Setting   learner · regression · row weights count as copies
 * Solves    min_{f,b} Σ wᵢ·max(0, |yᵢ − f(xᵢ) − b| − ε) + λ/2·‖f‖²_k
 * by        its dual  max yᵀβ − ε·‖β‖₁ − ½·βᵀKβ,  |βᵢ| ≤ wᵢ / λ, Σ β = 0,  solved by SMO; f = Σ βᵢ·k(xᵢ, ·)
 * Shapes    x [n, nFeatures], y [n] → values [rows]; sparse rows stay sparse
 * Assumes   features of like scale and values of order 1: ε is in their units.
 * Errors    NUMERICAL where kernel values overflow.
 * Paper     smola2004; fan2005 for the solver.
 * Example   const model = await new SupportVectorRegression({ gamma: 0.5 }).fit({ x, y });
 */
export class SupportVectorRegression implements Learner<SupportVectorRegressionModel> {
  static readonly id = 'learners/support-vector-regression';
  static readonly summary = 'ε-SVR: kernel regression that forgives small errors.';
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
  readonly options: Required<SupportVectorRegressionOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SupportVectorRegressionOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('SupportVectorRegression', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(
    data: ProblemInput | LabelledInput,
    run?: RunOptions,
  ): Promise<SupportVectorRegressionModel> {
    checkAborted(run, 'SupportVectorRegression');
    const { x, y, weights } = trainingRows('SupportVectorRegression', data, ['regression']);
    const { regularization, epsilon, tolerance } = this.options;
    const kernel = chooseKernel(this.options, x, weights);
    const rows = new KernelRows(this.#linearAlgebra, kernel, x);
    const n = x.rows;
    // Every row has two variables, for errors above and below: β = a − a*.
    const result = solveSvmDual(
      {
        kernelRow: (row) => rows.row(row),
        kernelDiagonal: rows.diagonal,
        linear: Float64Array.from({ length: 2 * n }, (_, t) =>
          t < n ? epsilon - y[t] : epsilon + y[t - n],
        ),
        signs: Int8Array.from({ length: 2 * n }, (_, t) => (t < n ? 1 : -1)),
        upper: Float64Array.from(
          { length: 2 * n },
          (_, t) => (weights ? weights[t % n] : 1) / regularization,
        ),
        samples: Int32Array.from({ length: 2 * n }, (_, t) => t % n),
      },
      { tolerance },
    );
    const beta = denseMatrix(1, n);
    for (let i = 0; i < n; i++) beta.data[i] = result.a[i] - result.a[n + i];
    const expansion = expansionOver(kernel, x, beta, Float64Array.of(-result.threshold));
    const { iterations, converged, kktResidual } = result;
    const why = `the violation is still ${kktResidual.toExponential(1)}`;
    return new SupportVectorRegressionModel(expansion, this.#linearAlgebra, {
      warnings: converged ? [] : [notConverged('SupportVectorRegression', iterations, why)],
      iterations,
      converged,
      stopReason: converged ? 'it is optimal to the tolerance' : why,
      facts: {
        kktResidual,
        dualObjective: -result.objective,
        supportVectors: expansion.vectors.rows,
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): SupportVectorRegressionModel {
    const reader = new StateReader(state, SupportVectorRegression.id, 1);
    const expansion = readExpansion(state, reader, reader.number('nFeatures', true));
    return new SupportVectorRegressionModel(expansion, context.linearAlgebra, { warnings: [] });
  }
}

/** A fitted ε-SVR. */
export class SupportVectorRegressionModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: RegressionTask = { kind: 'regression' };
  readonly nFeatures: number;
  /** Support vectors, their coefficients [1, vectors] and the intercept [1]. */
  readonly expansion: KernelExpansion;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(expansion: KernelExpansion, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.nFeatures = expansion.vectors.columns;
    this.expansion = expansion;
    this.#linearAlgebra = linearAlgebra;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const who = 'SupportVectorRegression';
    const rows = checkRows(who, x, this.nFeatures);
    return (await evaluateExpansion(who, this.#linearAlgebra, this.expansion, rows, run)).data;
  }

  override toState(): FittedState {
    return {
      id: SupportVectorRegression.id,
      version: 1,
      values: { nFeatures: this.nFeatures, kernel: kernelValue(this.expansion.kernel) },
      arrays: expansionArrays(this.expansion),
      parts: {},
    };
  }
}

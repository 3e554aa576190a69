import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  JsonObject,
  LinearAlgebra,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
  Warning,
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  toDense,
} from '@graft-ml/core';
import { LinearClassifierModel, type LinearParts, linearPartsFromState } from '@graft-ml/learners';
import { minimizeLbfgs, referenceLinearAlgebra } from '@graft-ml/numerics';
import { priorTransform, type TransformPrior } from './internal/domain-transform.js';
import {
  classSigns,
  hyperplaneObjective,
  transformObjective,
  withOnes,
} from './internal/max-margin.js';
import { checkLabelSpaces, missingClasses } from './internal/shared-classes.js';

export interface MmdtOptions {
  /** Cs, cost of a source row on the wrong side or in the margin. In (0, ∞), default 0.05. */
  readonly sourceCost?: number;
  /** Ct, the same of a labelled target row. In (0, ∞), default 1. Larger values than `sourceCost` let the few target rows count. */
  readonly targetCost?: number;
  /** λ, price of a transform far from the prior. In (0, ∞), default 1; the γ of the paper is 1 / λ. Larger values fit the target labels less. */
  readonly regularization?: number;
  /** What the transform is pulled to: `'zero'` (default), or the rectangular `'identity'` where the first features of both domains mean the same. */
  readonly prior?: TransformPrior;
  /** How often hyperplanes and transform are learned in turn. An integer from 1 on, default 2. More fit the few target labels more closely. */
  readonly alternations?: number;
  /** Largest entry of a gradient at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
}

const schema: OptionSchema<MmdtOptions> = {
  sourceCost: {
    type: 'number',
    above: 0,
    default: 0.05,
    description: 'Cs, cost of a source row on the wrong side or in the margin.',
  },
  targetCost: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Ct, cost of a labelled target row on the wrong side or in the margin.',
    effect: 'Larger values let the few target rows count.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, price of a transform far from the prior; the γ of the paper is 1 / λ.',
    effect: 'Larger values fit the target labels less.',
  },
  prior: {
    type: 'choice',
    values: ['zero', 'identity'],
    default: 'zero',
    description: 'What the transform is pulled to; "identity" is rectangular.',
  },
  alternations: {
    type: 'integer',
    atLeast: 1,
    default: 2,
    description: 'How often hyperplanes and transform are learned in turn.',
    effect: 'More fit the few target labels more closely.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Largest entry of a gradient at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
};

/** Learns hyperplanes for source rows and a transform that brings target rows to their right side, in turn (MMDT).
 *
 * Setting   one source · any features, made for different ones · source labels and a few target labels, no pairs · makes a model
 * Solves    in turn, x̃ = [x; 1]:
 *           θ: min ½·‖θ‖²_F + Cs·Σᵢ Σ_c h(t_ic·θ_c·x̃sᵢ)² + Ct·Σⱼ Σ_c h(t_jc·θ_c·A·x̃tⱼ)²
 *           A: min λ/2·‖A − A₀‖²_F + ½·Σⱼ Σ_c h(t_jc·θ_c·A·x̃tⱼ)²                    j over the labelled target rows
 * where     h(m) = max(0, 1 − m), t = +1 for the class of a row, −1 for others; it starts with A = A₀ = `prior`;
 *           Cs, Ct, λ = `sourceCost`, `targetCost`, `regularization`; source weights multiply Cs
 * Method    L-BFGS; each problem is strongly convex
 * Predicts  argmax_c θ_c·A·[x; 1], a linear classifier of the target's own features
 * Shapes    xs [nSource, ds], xt [n, dt] → θ [nClasses, ds + 1], A [ds + 1, dt + 1]
 * Assumes   classes are linearly separable in the source, and a linear map brings target rows there.
 * Errors    INVALID_DATA where label spaces differ; NUMERICAL where values overflow.
 * Warnings  CLASS_MISSING where a class has no labelled target row; NOT_CONVERGED.
 * Paper     hoffman2013
 * Example   const model = await new MaxMarginTransform().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class MaxMarginTransform implements ParameterStrategy<MaxMarginModel> {
  static readonly id = 'heterogeneous/mmdt';
  static readonly summary =
    'MMDT: hyperplanes of the source and a transform of the target to them.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'different',
    sources: 'one',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<MmdtOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: MmdtOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('MaxMarginTransform', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<MaxMarginModel> {
    const who = 'MaxMarginTransform';
    const problem = prepareProblem(MaxMarginTransform, input, run);
    checkLabelSpaces(who, problem);
    const linearAlgebra = this.#linearAlgebra;
    const { alternations, prior, regularization, sourceCost, targetCost, tolerance } = this.options;
    const [{ x, y, task, weights }] = problem.sources;
    const labelled = problem.target.labelled!;
    const nClasses = task.kind === 'classification' ? task.classes.length : 0;
    const [xs, xt] = [withOnes(toDense(x)), withOnes(toDense(labelled.x))];
    const signs = [classSigns(y!, nClasses), classSigns(labelled.y, nClasses)] as const;
    const costs = Float64Array.from({ length: xs.rows + xt.rows }, (_, i) =>
      i < xs.rows ? sourceCost * (weights ? weights[i] : 1) : targetCost,
    );
    const start = priorTransform(prior, xs.columns, xt.columns);
    let transform = start;
    let planes = denseMatrix(nClasses, xs.columns);
    const solutions = [];
    const trace: JsonObject[] = [];
    for (let done = 1; done <= alternations; done++) {
      const moved = linearAlgebra.multiply(xt, transform, { transposeB: true });
      const rows = toDense(stackRows([xs, moved]));
      const both = toDense(stackRows(signs));
      const separating = hyperplaneObjective(linearAlgebra, rows, both, costs);
      const separated = minimizeLbfgs(separating, planes.data, { tolerance });
      planes = denseMatrix(nClasses, xs.columns, separated.x);
      const moving = transformObjective(linearAlgebra, xt, signs[1], planes, {
        prior: start.data,
        regularization,
      });
      const solved = minimizeLbfgs(moving, transform.data, { tolerance });
      transform = denseMatrix(xs.columns, xt.columns, solved.x);
      solutions.push(separated, solved);
      trace.push({ separating: separated.value, transforming: solved.value });
      await step(run, who, { stage: 'separating and transforming', done, total: alternations });
    }
    const converged = solutions.every((solution) => solution.converged);
    const scores = linearAlgebra.multiply(planes, transform);
    return new MaxMarginModel(linearParts(task, scores), planes, transform, {
      warnings: [...missingClasses(labelled.y, task), ...(converged ? [] : [notConverged])],
      iterations: solutions.reduce((sum, { iterations }) => sum + iterations, 0),
      converged,
      stopReason: `the ${alternations} alternations asked for were done`,
      facts: { trace },
    });
  }

  static restore(state: FittedState, _context: RestoreContext): MaxMarginModel {
    const parts = linearPartsFromState(MaxMarginTransform, state);
    const reader = new StateReader(state, MaxMarginTransform.id, 1);
    const planes = reader.matrix('hyperplanes');
    const transform = reader.matrix('transform', planes.columns);
    return new MaxMarginModel(parts, planes, transform, { warnings: [] });
  }
}

/** A linear classifier of target rows that knows how it came to be. */
export class MaxMarginModel extends LinearClassifierModel {
  /** θ [nClasses, ds + 1], the last column for the constant. */
  readonly hyperplanes: DenseMatrix;
  /** A [ds + 1, dt + 1]: a target row [x; 1] becomes A·[x; 1]. */
  readonly transform: DenseMatrix;

  constructor(
    parts: LinearParts,
    hyperplanes: DenseMatrix,
    transform: DenseMatrix,
    diagnostics: Diagnostics,
  ) {
    super(MaxMarginTransform, parts, diagnostics);
    this.hyperplanes = hyperplanes;
    this.transform = transform;
  }

  override toState(): FittedState {
    const state = super.toState();
    const matrix = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    const own = { hyperplanes: matrix(this.hyperplanes), transform: matrix(this.transform) };
    return { ...state, arrays: { ...state.arrays, ...own } };
  }
}

/** θ·A as coefficients and intercepts; for two classes the second minus the first. */
function linearParts(task: Task, { rows, columns, data }: DenseMatrix): LinearParts {
  const width = columns - 1;
  const outputs = rows === 2 ? 1 : rows;
  const scoreOf = (c: number, j: number) =>
    rows === 2 ? data[columns + j] - data[j] : data[c * columns + j];
  const coefficients = denseMatrix(outputs, width);
  for (let p = 0; p < coefficients.data.length; p++) {
    coefficients.data[p] = scoreOf(Math.floor(p / width), p % width);
  }
  const intercepts = Float64Array.from({ length: outputs }, (_, c) => scoreOf(c, width));
  return { task, coefficients, intercepts };
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'hyperplanes or transform were still moving when an iteration ended. Raise "tolerance" or "regularization", or scale the features to like ranges first.',
};

import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  Kernel,
  LabelledRows,
  Learner,
  LinearAlgebra,
  MatrixInput,
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
  checkRows,
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  toDense,
} from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import {
  argmaxRows,
  medianHeuristicGamma,
  minimizeBoxQuadratic,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { missingClasses } from './internal/missing-classes.js';
import { nClassesOf, signTargets } from './internal/losses.js';
import { labelledTarget, type ParameterRun, sourceModelsOf } from './internal/source-models.js';
import { meanScores } from './internal/source-scores.js';

export interface AdaptiveSvmOptions {
  /** `'rbf'` (default): the change of the source model bends. `'linear'`: it is linear. */
  readonly kernel?: 'rbf' | 'linear';
  /** γ of `'rbf'`, in (0, ∞); `'median'` (default) is 1 / (2·median squared distance) over all target rows. Larger values change the model near labelled rows only. */
  readonly gamma?: number | 'median';
  /** λ in (0, ∞), default 1; the C of the paper is 1 / λ. Larger values stay closer to the source model. */
  readonly regularization?: number;
}

const schema: OptionSchema<AdaptiveSvmOptions> = {
  kernel: {
    type: 'choice',
    values: ['rbf', 'linear'],
    default: 'rbf',
    description: 'Whether the change of the source model bends or is linear.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of "rbf"; "median" is 1 / (2·median squared distance) over all target rows.',
    effect: 'Larger values change the model near labelled rows only.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ; the C of the paper is 1 / λ.',
    effect: 'Larger values stay closer to the source model.',
  },
};

/** Adds to a source classifier the smallest function that puts the labelled target rows on the right side (adaptive SVM).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their models · same features and classes
 * Solves    min_Δ Σᵢ max(0, 1 − tᵢ·(f₀(xᵢ) + Δ(xᵢ))) + λ/2·‖Δ‖²_k          per output;   λ = `regularization`
 * where     x, y are the labelled target rows; f₀ the mean score of the source models; t = ±1: for two classes +1 for the
 *           second, for more one class against the rest
 * by        its dual, max_a Σ (1 − tᵢ·f₀(xᵢ))·aᵢ − ½·(a∘t)ᵀ·K·(a∘t), 0 ≤ a ≤ 1/λ;   Δ = Σ aᵢ·tᵢ·k(xᵢ, ·), without intercept
 * Predicts  the class of the largest f₀ + Δ. Scores of a source model are its linear scores, log odds of its probabilities,
 *           or ±1 by its predictions
 * Limits    λ → ∞ gives the source models; far from all labelled rows an rbf Δ is 0
 * Assumes   the source model is right on most of the target, and its scores are of the order of 1.
 * Errors    INVALID_DATA without labelled target rows, or where the target has a class that the source models do not know.
 * Warnings  CLASS_MISSING where a class has no labelled target row.
 * Paper     yang2007. Unlabelled target rows only set the width of the kernel.
 * Example   const model = await new AdaptiveSvm().fit({ source, target: { x, labelled } });
 */
export class AdaptiveSvm implements ParameterStrategy<AdaptedMachine> {
  static readonly id = 'parameter-based/adaptive-svm';
  static readonly summary = 'A-SVM: the least change of a source classifier that fits target rows.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own may contain by default. */
  static readonly parts = [LogisticRegression];

  readonly produces = 'model';
  readonly options: Required<AdaptiveSvmOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` makes the source models where none are handed in; default {@link LogisticRegression}. */
  constructor(
    options?: AdaptiveSvmOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('AdaptiveSvm', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ?? new LogisticRegression({}, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<AdaptedMachine> {
    const who = 'AdaptiveSvm';
    const linearAlgebra = this.#linearAlgebra;
    const problem = prepareProblem(AdaptiveSvm, input, run);
    const models = await sourceModelsOf(who, 'classification', problem, this.#learner, run);
    const { task, rows } = labelledTarget(who, problem, models);
    await step(run, who, { stage: 'source models', done: 1, total: 2 });
    const kernel = this.#kernelFor([rows.x, problem.target.x], run);
    const start = await meanScores(linearAlgebra, models, rows.x);
    const targets = signTargets(rows.y, nClassesOf(task));
    const change = this.#change(rows, kernel, start, targets);
    await step(run, who, { stage: 'target model', done: 2, total: 2 });
    const { converged, iterations, reasons, dualObjectives, coefficients } = change;
    return new AdaptedMachine(
      task,
      { models, kernel, vectors: toDense(rows.x), coefficients },
      linearAlgebra,
      {
        warnings: [...missingClasses(rows, task), ...(converged ? [] : [notConverged])],
        iterations,
        converged,
        stopReason: reasons.join(', '),
        facts: { dualObjectives, sourceHingeLoss: meanHingeLoss(start, targets) },
      },
    );
  }

  static restore(state: FittedState, context: RestoreContext): AdaptedMachine {
    const reader = new StateReader(state, AdaptiveSvm.id, 1);
    const vectors = reader.matrix('vectors');
    const models = Array.from(
      { length: reader.number('nSources', true) },
      (_, k) => reader.part(`model ${k}`, context) as Model,
    );
    const kernel: Kernel = reader.has('gamma')
      ? { type: 'rbf', gamma: reader.number('gamma') }
      : { type: 'linear' };
    const coefficients = reader.matrix('coefficients', vectors.rows);
    const parts = { models, kernel, vectors, coefficients };
    return new AdaptedMachine(models[0].task, parts, context.linearAlgebra);
  }

  #kernelFor(parts: Parameters<typeof stackRows>[0], run?: RunOptions): Kernel {
    const { kernel, gamma } = this.options;
    if (kernel === 'linear') return { type: 'linear' };
    if (gamma !== 'median') return { type: 'rbf', gamma };
    const seed = run?.seed ?? 0;
    return {
      type: 'rbf',
      gamma: medianHeuristicGamma(this.#linearAlgebra, stackRows(parts), { seed }),
    };
  }

  /** With b = a∘t the dual of each output is min ½·bᵀ·K·b − (t − f₀)ᵀ·b, b between 0 and t/λ. */
  #change({ x }: LabelledRows, kernel: Kernel, start: DenseMatrix, targets: DenseMatrix) {
    const { rows: n, columns: outputs } = targets;
    const quadratic = this.#linearAlgebra.kernelMatrix(kernel, x, x);
    const coefficients = denseMatrix(n, outputs);
    const bound = 1 / this.options.regularization;
    const solved = Array.from({ length: outputs }, (_, c) => {
      const t = Float64Array.from({ length: n }, (__, i) => targets.data[i * outputs + c]);
      const linear = t.map((sign, i) => start.data[i * outputs + c] - sign);
      const lower = t.map((sign) => (sign < 0 ? -bound : 0));
      const upper = t.map((sign) => (sign > 0 ? bound : 0));
      const result = minimizeBoxQuadratic(
        this.#linearAlgebra,
        { quadratic, linear, lower, upper },
        { tolerance: 1e-10 },
      );
      result.x.forEach((value, i) => (coefficients.data[i * outputs + c] = value));
      return result;
    });
    return {
      coefficients,
      converged: solved.every((result) => result.converged),
      iterations: solved.reduce((sum, { iterations }) => sum + iterations, 0),
      reasons: solved.map(({ reason }) => reason),
      dualObjectives: solved.map(({ objective }) => -objective),
    };
  }
}

interface MachineParts {
  readonly models: readonly Model[];
  readonly kernel: Kernel;
  /** The labelled target rows [n, nFeatures]. */
  readonly vectors: DenseMatrix;
  /** aᵢ·tᵢ [n, outputs]. */
  readonly coefficients: DenseMatrix;
}

/** Source models and what is added to their mean score. */
export class AdaptedMachine extends Model {
  override readonly task: Task;
  override readonly nFeatures: number;
  /** Facts: `dualObjectives` per output, `sourceHingeLoss`: mean hinge loss of the source models on the labelled rows. */
  override readonly diagnostics: Diagnostics;
  /** One per source. */
  readonly models: readonly Model[];
  /** The labelled target rows [n, nFeatures]. */
  readonly vectors: DenseMatrix;
  /** aᵢ·tᵢ [n, outputs]; 0 for rows that the source models put far enough on the right side. */
  readonly coefficients: DenseMatrix;
  readonly #kernel: Kernel;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    task: Task,
    parts: MachineParts,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = task;
    this.nFeatures = parts.vectors.columns;
    this.models = parts.models;
    this.vectors = parts.vectors;
    this.coefficients = parts.coefficients;
    this.diagnostics = diagnostics;
    this.#kernel = parts.kernel;
    this.#linearAlgebra = linearAlgebra;
  }

  /** f₀ + Δ [rows, outputs]: one column for two classes, positive for the second; else one per class. */
  async scores(x: MatrixInput): Promise<DenseMatrix> {
    const rows = checkRows('AdaptiveSvm', x, this.nFeatures);
    const scores = await meanScores(this.#linearAlgebra, this.models, rows);
    const similarity = this.#linearAlgebra.kernelMatrix(this.#kernel, rows, this.vectors);
    const change = this.#linearAlgebra.multiply(similarity, this.coefficients);
    for (let p = 0; p < change.data.length; p++) change.data[p] += scores.data[p];
    return change;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    const scores = await this.scores(x);
    return scores.columns === 1
      ? scores.data.map((score) => (score > 0 ? 1 : 0))
      : Float64Array.from(argmaxRows(scores));
  }

  override toState(): FittedState {
    const kernel = this.#kernel;
    const matrix = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    return {
      id: AdaptiveSvm.id,
      version: 1,
      values: {
        nSources: this.models.length,
        ...(kernel.type === 'rbf' ? { gamma: kernel.gamma } : {}),
      },
      arrays: { vectors: matrix(this.vectors), coefficients: matrix(this.coefficients) },
      parts: Object.fromEntries(this.models.map((model, k) => [`model ${k}`, model.toState()])),
    };
  }
}

function meanHingeLoss(scores: DenseMatrix, targets: DenseMatrix): number {
  let sum = 0;
  scores.data.forEach((score, p) => (sum += Math.max(0, 1 - targets.data[p] * score)));
  return sum / scores.rows;
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'the dual problem was not solved to its tolerance. Raise "regularization", or scale the features to like ranges.',
};

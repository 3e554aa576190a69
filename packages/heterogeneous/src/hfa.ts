import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  Kernel,
  LinearAlgebra,
  Matrix,
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
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
} from '@graft-ml/core';
import { argmaxRows, referenceLinearAlgebra, solveSvmDual } from '@graft-ml/numerics';
import { checkLabelSpaces, missingClasses } from './internal/shared-classes.js';
import { readTask, taskValue } from './internal/task-state.js';
import { unitRows } from './internal/unit-rows.js';

export interface HfaOptions {
  /** λ, the bound on the trace of the metric H. In [0, ∞), default 100, as in the authors' code. Larger values fit all labels more closely. */
  readonly traceBound?: number;
  /** Cs, cost of a source row in the margin. In (0, ∞), default 1. */
  readonly sourceCost?: number;
  /** Ct, cost of a labelled target row in the margin. In (0, ∞), default 1. */
  readonly targetCost?: number;
  /** `'rbf'` (default) or `'linear'`, of rows brought to unit length. */
  readonly kernel?: 'rbf' | 'linear';
  /** γ of `'rbf'` in both domains, in (0, ∞), or `'mean'` (default): 1 / mean squared distance, of each domain's own. */
  readonly gamma?: number | 'mean';
  /** How far optimality may be violated. In (0, ∞), default 1e-6. Larger values are faster. */
  readonly tolerance?: number;
}

const schema: OptionSchema<HfaOptions> = {
  traceBound: {
    type: 'number',
    atLeast: 0,
    default: 100,
    description: 'λ, the bound on the trace of the metric H.',
    effect: 'Larger values fit all labels more closely.',
  },
  sourceCost: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Cs, cost of a source row in the margin.',
  },
  targetCost: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Ct, cost of a labelled target row in the margin.',
  },
  kernel: {
    type: 'choice',
    values: ['rbf', 'linear'],
    default: 'rbf',
    description: 'How rows of one domain, brought to unit length, are compared.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['mean'],
    default: 'mean',
    description: 'γ of "rbf"; "mean" is 1 / mean squared distance, of each domain\'s own.',
    effect: 'Larger values see only near rows.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'How far the conditions of optimality may be violated.',
    effect: 'Larger values are faster.',
  },
};

/** Separates both domains at once in a common space that is learned with the margin (heterogeneous feature augmentation, HFA).
 *
 * Setting   one source · any features, made for different ones · source labels and a few target labels, no pairs · makes a model
 * Solves    per output  min_H max_a 1ᵀa − ½·(a∘t)ᵀ·K^½·(H + I)·K^½·(a∘t),   H ⪰ 0, tr H ≤ λ, 0 ≤ a ≤ Cs or Ct, tᵀa = 0
 * where     K = blkdiag(Ks, Kt) over source and labelled target rows of unit length, t = ±1: for two classes +1 for the second,
 *           for more one class against the rest;   λ, Cs, Ct = `traceBound`, `sourceCost`, `targetCost`
 * Method    for a given a the best H is λ·h·hᵀ / ‖h‖² with h = K^½·(a∘t), so the saddle point is a support vector machine with
 *           kernel (1 + λ)·K, solved by SMO
 * Predicts  the class of the largest (1 + λ)·Σⱼ aⱼ·tⱼ·kt(xtⱼ, x) + b over the labelled target rows j
 * Assumes   both domains share where a score of zero lies, relative to their classes: see the page on what the source contributes.
 * Errors    INVALID_DATA where label spaces differ; NUMERICAL where kernel values overflow.
 * Warnings  CLASS_MISSING where a class has no labelled target row; NOT_CONVERGED.
 * Paper     duan2012hfa; li2014
 * Example   const model = await new FeatureAugmentation().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class FeatureAugmentation implements ParameterStrategy<AugmentedMachine> {
  static readonly id = 'heterogeneous/hfa';
  static readonly summary = 'HFA: one margin for both domains in a space learned with it.';
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
  readonly options: Required<HfaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: HfaOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('FeatureAugmentation', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<AugmentedMachine> {
    const who = 'FeatureAugmentation';
    const problem = prepareProblem(FeatureAugmentation, input, run);
    checkLabelSpaces(who, problem);
    const { sourceCost, targetCost, tolerance, traceBound } = this.options;
    const [{ x, y, task, weights }] = problem.sources;
    const labelled = problem.target.labelled!;
    const [xs, xt] = [unitRows(x), unitRows(labelled.x)];
    const [ns, nt] = [xs.rows, xt.rows];
    const kernels = [this.#kernelOf(xs), this.#kernelOf(xt)] as const;
    const similarity = this.#blocks(xs, xt, kernels);
    const upper = Float64Array.from({ length: ns + nt }, (_, i) =>
      i < ns ? sourceCost * (weights ? weights[i] : 1) : targetCost,
    );
    const labels = [...y!, ...labelled.y];
    const nClasses = task.kind === 'classification' ? task.classes.length : 0;
    const positives = nClasses === 2 ? [1] : Array.from({ length: nClasses }, (_, c) => c);
    const duals = denseMatrix(positives.length, ns + nt);
    const intercepts = new Float64Array(positives.length);
    const solutions = [];
    for (const [k, positive] of positives.entries()) {
      const signs = Float64Array.from(labels, (label) => (label === positive ? 1 : -1));
      const solved = solveSvmDual(
        { ...similarity, linear: new Float64Array(ns + nt).fill(-1), signs, upper },
        { tolerance },
      );
      solved.a.forEach((value, i) => (duals.data[k * (ns + nt) + i] = value * signs[i]));
      intercepts[k] = -solved.threshold;
      solutions.push(solved);
      await step(run, who, { stage: 'separating', done: k + 1, total: positives.length });
    }
    const converged = solutions.every((solution) => solution.converged);
    const parts = { task, kernel: kernels[1], vectors: xt, duals, intercepts, traceBound };
    return new AugmentedMachine(parts, this.#linearAlgebra, {
      warnings: [...missingClasses(labelled.y, task), ...(converged ? [] : [notConverged])],
      iterations: solutions.reduce((sum, { iterations }) => sum + iterations, 0),
      converged,
      stopReason: solutions.map(({ reason }) => reason).join(', '),
      facts: { objectives: solutions.map(({ objective }) => -objective) },
    });
  }

  static restore(state: FittedState, context: RestoreContext): AugmentedMachine {
    const reader = new StateReader(state, FeatureAugmentation.id, 1);
    const duals = reader.matrix('duals');
    const parts = {
      task: readTask(reader, FeatureAugmentation.id),
      kernel: reader.has('gamma')
        ? ({ type: 'rbf', gamma: reader.number('gamma') } as const)
        : ({ type: 'linear' } as const),
      vectors: reader.matrix('vectors'),
      duals,
      intercepts: reader.array('intercepts', duals.rows),
      traceBound: reader.number('traceBound'),
    };
    return new AugmentedMachine(parts, context.linearAlgebra, { warnings: [] });
  }

  #kernelOf(x: DenseMatrix): Kernel {
    const { kernel, gamma } = this.options;
    if (kernel === 'linear') return { type: 'linear' };
    if (gamma !== 'mean') return { type: 'rbf', gamma };
    const { data } = this.#linearAlgebra.squaredDistances(x, x);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return { type: 'rbf', gamma: mean > 0 ? 1 / mean : 1 };
  }

  /** Rows and diagonal of (1 + λ)·blkdiag(Ks, Kt). */
  #blocks(xs: DenseMatrix, xt: DenseMatrix, kernels: readonly [Kernel, Kernel]) {
    const factor = 1 + this.options.traceBound;
    const n = xs.rows + xt.rows;
    const whole = denseMatrix(n, n);
    for (const [x, kernel, from] of [
      [xs, kernels[0], 0],
      [xt, kernels[1], xs.rows],
    ] as const) {
      const block = this.#linearAlgebra.kernelMatrix(kernel, x, x);
      for (let i = 0; i < x.rows; i++) {
        for (let j = 0; j < x.rows; j++) {
          whole.data[(from + i) * n + from + j] = factor * block.data[i * x.rows + j];
        }
      }
    }
    return {
      kernelRow: (i: number) => whole.data.subarray(i * n, (i + 1) * n),
      kernelDiagonal: Float64Array.from({ length: n }, (_, i) => whole.data[i * (n + 1)]),
    };
  }
}

interface AugmentedParts {
  readonly task: Task;
  readonly kernel: Kernel;
  /** Labelled target rows of unit length. */
  readonly vectors: DenseMatrix;
  readonly duals: DenseMatrix;
  readonly intercepts: Float64Array;
  readonly traceBound: number;
}

/** A fitted HFA classifier of target rows. */
export class AugmentedMachine extends Model {
  override readonly task: Task;
  override readonly nFeatures: number;
  /** Facts: `objectives`, the value of the saddle point of each output. */
  override readonly diagnostics: Diagnostics;
  /** aᵢ·tᵢ of source rows, then of labelled target rows [outputs, nSource + n]. */
  readonly duals: DenseMatrix;
  /** b [outputs]. */
  readonly intercepts: Float64Array;
  readonly #parts: AugmentedParts;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(parts: AugmentedParts, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.task = parts.task;
    this.nFeatures = parts.vectors.columns;
    this.duals = parts.duals;
    this.intercepts = parts.intercepts;
    this.diagnostics = diagnostics;
    this.#parts = parts;
    this.#linearAlgebra = linearAlgebra;
  }

  /** Scores of target rows [rows, outputs]: one column for two classes, positive for the second; else one per class. */
  scores(x: MatrixInput): DenseMatrix {
    const { kernel, vectors, duals, intercepts, traceBound } = this.#parts;
    const rows: Matrix = checkRows('FeatureAugmentation', x, this.nFeatures);
    const similarity = this.#linearAlgebra.kernelMatrix(kernel, unitRows(rows), vectors);
    const first = duals.columns - vectors.rows;
    const own = denseMatrix(duals.rows, vectors.rows);
    for (let k = 0; k < duals.rows; k++) {
      const from = k * duals.columns + first;
      own.data.set(duals.data.subarray(from, from + vectors.rows), k * vectors.rows);
    }
    const scores = this.#linearAlgebra.multiply(similarity, own, { transposeB: true });
    for (let p = 0; p < scores.data.length; p++) {
      scores.data[p] = (1 + traceBound) * scores.data[p] + intercepts[p % duals.rows];
    }
    return scores;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    const scores = this.scores(x);
    if (scores.columns === 1) return scores.data.map((score) => (score > 0 ? 1 : 0));
    return Float64Array.from(argmaxRows(scores));
  }

  override toState(): FittedState {
    const { kernel, vectors, traceBound } = this.#parts;
    const matrix = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    return {
      id: FeatureAugmentation.id,
      version: 1,
      values: {
        task: taskValue(this.task),
        traceBound,
        ...(kernel.type === 'rbf' ? { gamma: kernel.gamma } : {}),
      },
      arrays: {
        duals: matrix(this.duals),
        vectors: matrix(vectors),
        intercepts: { shape: [this.intercepts.length], data: this.intercepts },
      },
      parts: {},
    };
  }
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'a machine did not reach its tolerance. Raise "tolerance", or lower "traceBound" or the costs.',
};

import type {
  FittedState,
  Learner,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
} from '@graft-ml/core';
import { LogisticRegression, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { EasyAdaptModel } from './easyadapt-model.js';
import { augment, type Augmentation, disagreement } from './internal/augmentation.js';
import { defaultLearner, fitLearner } from './internal/fit-learner.js';
import { fitKernelMap } from './internal/kernel-map.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { labelledTarget } from './internal/same-labels.js';

export interface EasyAdaptOptions extends KernelOptions {
  /** What is copied: `'linear'` (default) the features, `'rbf'` those of a Gaussian kernel. */
  readonly kernel?: 'linear' | 'rbf';
  /** Whether a constant 1 is copied like a feature, so that each domain has an offset of its own. Default true. */
  readonly intercept?: boolean;
  /** How much an unlabelled target row counts in asking source and target models to agree on it (EA++). In [0, ∞), default 0: not at all. */
  readonly unlabelledWeight?: number;
}

const schema: OptionSchema<EasyAdaptOptions> = {
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf'],
    default: 'linear',
    description: 'What is copied: the features, or those of a Gaussian kernel.',
  },
  intercept: {
    type: 'boolean',
    default: true,
    description: 'Whether a constant 1 is copied too, so that each domain has its own offset.',
  },
  unlabelledWeight: {
    type: 'number',
    atLeast: 0,
    default: 0,
    description: 'How much an unlabelled target row counts in asking the domains to agree (EA++).',
    effect: 'Larger values hold source and target models together where the target rows lie.',
  },
  ...kernelSchema,
};

/** Learns what domains share and what each has of its own by copying features (EasyAdapt, feature augmentation, FEDA).
 *
 * Setting   inductive: labelled target rows · any number K of sources · same features and labels · any learner · makes a model
 * Maps      a row of source k  ↦ (x, 0, …, x at block k, …, 0)        a target row ↦ (x, 0, …, 0, x)       K + 2 blocks
 *           of kernels: 2·k(x, y) within a domain, k(x, y) across; a row of a domain never seen ↦ (x, 0, …, 0)
 * Solves    with ridge  Σ_d ‖X_d(w + v_d) − y_d‖² + λ(‖w‖² + Σ_d ‖v_d‖²),  d over sources and target: w shared, v_d its own
 * EA++      per source k and unlabelled target row a row (0, …, x at k, …, −x) of value 0, or once of each class with
 *           weight `unlabelledWeight` over the number of classes: models shall agree there
 * Shapes    [n, nFeatures] → the learner sees [n, (K + 2)·(nFeatures + 1)], without `intercept` [n, (K + 2)·nFeatures]
 * Assumes   domains alike in part. Where they are equal, pooling the rows does as well; without target labels use others.
 * Errors    UNSUPPORTED where a target label is one that no source has.
 * Paper     daume2007, kumar2010 (EA++).
 * Example   const model = await new EasyAdapt().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class EasyAdapt implements ParameterStrategy<EasyAdaptModel> {
  static readonly id = 'feature-based/easyadapt';
  static readonly summary = 'EasyAdapt: copies features into a shared part and one per domain.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [LogisticRegression, RidgeRegression];

  readonly produces = 'model';
  readonly options: Required<EasyAdaptOptions>;
  readonly #learner: Learner | undefined;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` is trained on the copied features; default logistic or ridge regression without an intercept beside the copied one. */
  constructor(
    options?: EasyAdaptOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('EasyAdapt', schema, options);
    this.#learner = dependencies.learner;
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<EasyAdaptModel> {
    const problem = prepareProblem(EasyAdapt, input, run);
    const { x: few } = labelledTarget('EasyAdapt', problem);
    const { kernel, intercept, ...width } = this.options;
    const all = () => stackRows([...problem.sources.map(({ x }) => x), few]);
    const augmentation: Augmentation = {
      nSources: problem.sources.length,
      intercept,
      ...(kernel === 'rbf'
        ? { map: fitKernelMap(this.#linearAlgebra, all(), { ...width, seed: run?.seed ?? 0 }) }
        : {}),
    };
    const rows = this.#copiedRows(problem, augmentation);
    await step(run, 'EasyAdapt', { stage: 'copying features', done: 1, total: 2 });
    const { task } = rows;
    const learner = this.#learner ?? defaultLearner(task, this.#linearAlgebra, false);
    const model = await fitLearner(learner, rows, run);
    await step(run, 'EasyAdapt', { stage: 'learning', done: 2, total: 2 });
    const { columns } = problem.target.x;
    return new EasyAdaptModel(model, columns, augmentation, this.#linearAlgebra, {
      warnings: model.diagnostics.warnings,
      facts: { rows: rows.x.rows, copiedFeatures: rows.x.columns },
    });
  }

  static restore(state: FittedState, context: RestoreContext): EasyAdaptModel {
    return EasyAdaptModel.read(state, context);
  }

  /** All labelled rows, copied for their domains, and what EA++ adds. */
  #copiedRows(problem: TransferProblem, augmentation: Augmentation) {
    const { sources, target } = problem;
    const { unlabelledWeight } = this.options;
    const few = labelledTarget('EasyAdapt', problem);
    const { task } = sources[0];
    const parts: Matrix[] = [];
    const y: number[] = [];
    const weights: number[] = [];
    const add = (x: Matrix, labels: ArrayLike<number>, given?: Float64Array) => {
      parts.push(x);
      for (let i = 0; i < x.rows; i++) {
        y.push(labels[i]);
        weights.push(given ? given[i] : 1);
      }
    };
    for (const [k, { x, y: labels, weights: given }] of sources.entries()) {
      add(augment(this.#linearAlgebra, x, augmentation, { source: k }), labels!, given);
    }
    add(augment(this.#linearAlgebra, few.x, augmentation, 'target'), few.y);
    const nValues = task.kind === 'classification' ? task.classes.length : 1;
    for (let k = 0; unlabelledWeight > 0 && k < sources.length; k++) {
      const x = disagreement(this.#linearAlgebra, target.x, augmentation, k);
      const weight = new Float64Array(x.rows).fill(unlabelledWeight / nValues);
      for (let c = 0; c < nValues; c++) add(x, new Float64Array(x.rows).fill(c), weight);
    }
    const plain = weights.every((weight) => weight === 1);
    return {
      task,
      x: stackRows(parts),
      y: Float64Array.from(y),
      ...(plain ? {} : { weights: Float64Array.from(weights) }),
    };
  }
}

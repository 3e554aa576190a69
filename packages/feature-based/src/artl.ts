import type {
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  LearnerToken,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { NearestNeighbours } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { adaptClassifier } from './internal/adapt-classifier.js';
import { AdaptedClassifier, restoreClassifier } from './internal/adapted-classifier.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { labelTarget } from './internal/label-target.js';

export interface ArtlOptions extends KernelOptions {
  /** `'squared'` (default): ARRLS, closed form. `'hinge'`: ARSVM, one dual problem per class and iteration. */
  readonly loss?: 'squared' | 'hinge';
  /** σ, the price of the function's norm. In (0, ∞), default 0.1. Larger values make smoother functions. */
  readonly regularization?: number;
  /** λ, the price of different mean scores in source and target. In [0, ∞), default 10. Larger values adapt more. */
  readonly alignment?: number;
  /** γ, the price of different scores for neighbours. In [0, ∞), default 1. Larger values follow the shape of the data more. */
  readonly smoothness?: number;
  /** Neighbours of each row in the graph, or all there are. An integer from 1 on, default 10. */
  readonly nNeighbours?: number;
  /** Classifiers fitted at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
  /** `'rbf'` (default): functions of exp(−γ‖x − y‖²). `'linear'`: linear functions of the features. */
  readonly kernel?: 'rbf' | 'linear';
}

const schema: OptionSchema<ArtlOptions> = {
  loss: {
    type: 'choice',
    values: ['squared', 'hinge'],
    default: 'squared',
    description: 'Squared loss, in closed form (ARRLS), or hinge loss (ARSVM).',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.1,
    description: 'σ, the price of the norm of the function.',
    effect: 'Larger values make smoother functions.',
  },
  alignment: {
    type: 'number',
    atLeast: 0,
    default: 10,
    description: 'λ, the price of different mean scores in source and target.',
    effect: 'Larger values adapt more.',
  },
  smoothness: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'γ, the price of different scores for neighbours.',
    effect: 'Larger values follow the shape of the data more.',
  },
  nNeighbours: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Neighbours of each row in the graph, or all there are.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Classifiers fitted at most.',
    effect: 'It stops earlier once no pseudo label changes.',
  },
  kernel: {
    type: 'choice',
    values: ['rbf', 'linear'],
    default: 'rbf',
    description: 'Whether scores are Gaussian or linear functions of the features.',
  },
  ...kernelSchema,
};

/** One classifier for both domains: right on the source, alike in both, smooth over neighbours (ARTL: ARRLS and ARSVM).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels; makes a model
 * Solves    min_f Σ_source loss(f(xᵢ), yᵢ) + σ‖f‖²_K + λ·fᵀ·M·f + γ·fᵀ·L·f   per class, f = K·α
 * where     M = M₀ + Σ_c M_c over means as in JDA, L = I − D^−½·W·D^−½ of the graph of neighbours by cosine;
 *           σ, λ, γ = `regularization`, `alignment`, `smoothness`
 * Squared   α = ((E + λM + γL)·K + σI)⁻¹·E·Y, E = diag(source weights, 0): solved as a symmetric problem, K = G·Gᵀ, f = G·z
 * Hinge     mean of max(0, 1 − y·(f + b)):  α = (2σI + 2(λM + γL)·K)⁻¹·E·(y∘β), β from the dual
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels; n × n for the rbf kernel, by `maxLandmarks` of them at most
 * Assumes   first guesses (of the learner) better than chance; classes that no dense region joins.
 * Paper     long2014artl
 * Example   const model = await new AdaptationRegularization().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class AdaptationRegularization implements ParameterStrategy<AdaptedClassifier> {
  static readonly id = 'feature-based/artl';
  static readonly summary = 'ARTL: a classifier that aligns its own scores between the domains.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken, learner: LearnerToken };

  readonly produces = 'model';
  readonly options: Required<ArtlOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  constructor(
    options?: ArtlOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('AdaptationRegularization', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ??
      new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<AdaptedClassifier> {
    const method = AdaptationRegularization;
    const problem = prepareProblem(method, input, run);
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const x = toDense(stackRows([source.x, problem.target.x]));
    const { scores, diagnostics } = await adaptClassifier({
      who: method.name,
      linearAlgebra: this.#linearAlgebra,
      x,
      source,
      start: await labelTarget(this.#learner, source, x, run),
      options: this.options,
      weigh: () => Promise.resolve({ weights: { marginal: 1, conditional: 1, normalized: false } }),
      run,
    });
    const parts = { task: source.task, nFeatures: x.columns, unitLength: false, ...scores };
    return new AdaptedClassifier(method, parts, this.#linearAlgebra, diagnostics);
  }

  static restore(state: FittedState, context: RestoreContext): AdaptedClassifier {
    return restoreClassifier(AdaptationRegularization, state, context);
  }
}

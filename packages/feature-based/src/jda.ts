import type {
  Adaptation,
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import { LearnerToken, LinearAlgebraToken, prepareProblem, resolveOptions } from '@graft-ml/core';
import { NearestNeighbours } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { alignClassMeans } from './internal/align-class-means.js';
import { type FittedEmbedding, restoreEmbedding } from './internal/fitted-embedding.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import type { KernelName } from './internal/representation.js';

export interface JdaOptions extends KernelOptions {
  /** Number of components kept. `'auto'` (default): the published 100, or as many as the rows have. More keep more of the data and align less. */
  readonly nComponents?: number | 'auto';
  /** λ, the price of large coefficients. In (0, ∞), default 1. Larger values adapt less. */
  readonly regularization?: number;
  /** Number of eigenproblems solved at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
  /** `'primal'` (default): components are combinations of features. `'linear'`: of rows, by inner products. `'rbf'`: of rows, by exp(−γ‖x − y‖²). */
  readonly kernel?: KernelName;
  /** `'code'` (default): rows and embedded rows get unit length, M = (C·M₀ + Σ M_c) / ‖·‖_F, as in the authors' lineage of code. `'paper'`: M = M₀ + Σ M_c and no unit lengths. */
  readonly normalization?: 'code' | 'paper';
}

const schema: OptionSchema<JdaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 100, or as many as the rows have.',
    effect: 'More keep more of the data and align less.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, the price of large coefficients.',
    effect: 'Larger values adapt less.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Number of eigenproblems solved at most.',
    effect: 'It stops earlier once no pseudo label changes.',
  },
  kernel: {
    type: 'choice',
    values: ['primal', 'linear', 'rbf'],
    default: 'primal',
    description: 'Whether components combine features, or rows by inner products or Gaussians.',
  },
  normalization: {
    type: 'choice',
    values: ['code', 'paper'],
    default: 'code',
    description: 'Unit lengths and M over its norm, as in the lineage of code, or neither.',
  },
  ...kernelSchema,
};

/** Brings the means of all rows and of each class together in one subspace (joint distribution adaptation, JDA).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels
 * Solves    max_A tr(Aᵀ·X·H·Xᵀ·A)   subject to   Aᵀ·(X·M·Xᵀ + λI)·A = I
 * where     X = [xs; xt]ᵀ, H centres, M = M₀ + Σ_c M_c with M_c = e_c·e_cᵀ: e_c is 1/nSource_c on source rows of class c,
 *           −1/nTarget_c on target rows guessed to be of class c; e₀ the same over all rows;   λ = `regularization`
 * Algorithm top eigenvectors of (X·H·Xᵀ, X·M·Xᵀ + λI); a learner trained on the embedded source labels the target; again
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents]; X·M·Xᵀ from 1 + nClasses rank-one products
 * Assumes   first guesses better than chance, and classes whose means differ. Wrong first guesses confirm themselves.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     long2013jda. The scale of A (theirs: Aᵀ·X·H·Xᵀ·A = I) is that of their code: see the page.
 * Example   const { problem, fitted } = await new JointDistributionAdaptation().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class JointDistributionAdaptation implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/jda';
  static readonly summary =
    'JDA: a subspace where the means of both domains agree, class by class.';
  static readonly setting: Setting = {
    role: 'feature',
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

  readonly produces = 'problem';
  readonly options: Required<JdaOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  constructor(
    options?: JdaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('JointDistributionAdaptation', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ??
      new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = JointDistributionAdaptation;
    const problem = prepareProblem(method, input, run);
    const { normalization, ...options } = this.options;
    const unitLength = normalization === 'code';
    return alignClassMeans({
      method,
      problem,
      linearAlgebra: this.#linearAlgebra,
      learner: this.#learner,
      options,
      published: 100,
      unitLength,
      weights: (nClasses) => ({
        marginal: unitLength ? nClasses : 1,
        conditional: 1,
        normalized: unitLength,
      }),
      run,
    });
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(JointDistributionAdaptation, state, context);
  }
}

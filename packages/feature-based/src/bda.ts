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

export interface BdaOptions extends KernelOptions {
  /** μ, from only overall means (0) to only class means (1). In [0, 1], default 0.5, which is JDA. */
  readonly balance?: number;
  /** `'equal'` (default): every class counts alike. `'prior'`: M_c weighs source and target rows by the class proportions of their domain (weighted BDA). */
  readonly classWeights?: 'equal' | 'prior';
  /** Number of components kept. `'auto'` (default): 30, or as many as the rows have. */
  readonly nComponents?: number | 'auto';
  /** λ, the price of large coefficients. In (0, ∞), default 1. Larger values adapt less. */
  readonly regularization?: number;
  /** Number of eigenproblems solved at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
  /** `'primal'` (default): components are combinations of features. `'linear'`: of rows, by inner products. `'rbf'`: of rows, by exp(−γ‖x − y‖²). */
  readonly kernel?: KernelName;
}

const schema: OptionSchema<BdaOptions> = {
  balance: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0.5,
    description: 'μ, from only overall means (0) to only class means (1).',
    effect: 'At 0.5 it is JDA.',
  },
  classWeights: {
    type: 'choice',
    values: ['equal', 'prior'],
    default: 'equal',
    description: 'Whether classes count alike or rows by the class proportions of their domain.',
  },
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 30, or as many as the rows have.',
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
  ...kernelSchema,
};

/** JDA with a balance between overall means and class means, and class proportions where told to (BDA, weighted BDA).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels
 * Solves    max_A tr(Aᵀ·X·H·Xᵀ·A)   subject to   Aᵀ·(X·M·Xᵀ + λI)·A = I
 * where     M = ((1 − μ)·C·M₀ + μ·Σ_c M_c) / ‖·‖_F, C classes, M₀ and M_c as in JDA;   μ, λ = `balance`, `regularization`
 *           weighted: e_c is √P(y_S = c)/nSource_c on the source, −√P(y_T = c)/nTarget_c on the target
 * Algorithm as JDA: align, label the target with the learner, again; the first round has M₀ alone
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents], rows of unit length before and after
 * Assumes   first guesses better than chance. Nothing tells μ from data here: compare several.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     wang2017bda
 * Example   const { problem } = await new BalancedDistributionAdaptation({ balance: 0.7 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class BalancedDistributionAdaptation implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/bda';
  static readonly summary = 'BDA: JDA with a balance between overall means and class means.';
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
  readonly options: Required<BdaOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  constructor(
    options?: BdaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('BalancedDistributionAdaptation', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ??
      new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = BalancedDistributionAdaptation;
    const problem = prepareProblem(method, input, run);
    const { balance, classWeights, ...options } = this.options;
    return alignClassMeans({
      method,
      problem,
      linearAlgebra: this.#linearAlgebra,
      learner: this.#learner,
      options,
      published: 30,
      unitLength: true,
      weights: (nClasses, labelled) => ({
        // Before there are labels M₀ stands alone, whatever its weight.
        marginal: labelled ? (1 - balance) * nClasses : 1,
        conditional: balance,
        byPrior: classWeights === 'prior',
        normalized: true,
      }),
      run,
    });
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(BalancedDistributionAdaptation, state, context);
  }
}

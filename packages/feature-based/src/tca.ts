import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classDiscrepancy, unlabelledSource } from './internal/class-discrepancy.js';
import { componentCount, objectiveOf, scatterMatrix, unitScatter } from './internal/components.js';
import { scatterPencil } from './internal/low-rank-pencil.js';
import { scaled } from './internal/matrix-sums.js';
import { FittedEmbedding, restoreEmbedding } from './internal/fitted-embedding.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { type KernelName, represent } from './internal/representation.js';
import { unitRows } from './internal/unit-rows.js';

export interface TcaOptions extends KernelOptions {
  /** Number of components kept. `'auto'` (default): 30, or as many as the rows have. More keep more of the data and align less. */
  readonly nComponents?: number | 'auto';
  /** μ, in (0, ∞), default 1. With variant `'pan2011'` larger values adapt less; with `'pan2009'`, where μ stands at the other term, more. */
  readonly regularization?: number;
  /** `'pan2011'` (default): minimise tr(Wᵀ(K·L·K + μI)W). `'pan2009'`: tr(Wᵀ(I + μK·L·K)W). */
  readonly variant?: 'pan2011' | 'pan2009';
  /** `'linear'` (default) and `'rbf'`: components combine rows. `'primal'`: they combine features, with the penalty on those. */
  readonly kernel?: KernelName;
  /** `'code'` (default): rows and embedded rows of unit length, L over its norm, components of penalty 1, as in the code behind published figures. `'paper'`: components of scatter 1 and no lengths. */
  readonly normalization?: 'code' | 'paper';
}

const schema: OptionSchema<TcaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 30, or as many as the rows have.',
    effect: 'More keep more of the data and align less.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'μ, the price of large coefficients, or with "pan2009" of the discrepancy.',
    effect: 'Larger values adapt less, with "pan2009" more.',
  },
  variant: {
    type: 'choice',
    values: ['pan2011', 'pan2009'],
    default: 'pan2011',
    description: 'Which published form is solved: K·L·K + μI, or I + μK·L·K.',
  },
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf', 'primal'],
    default: 'linear',
    description: 'Whether components combine rows, by inner products or Gaussians, or features.',
  },
  normalization: {
    type: 'choice',
    values: ['code', 'paper'],
    default: 'code',
    description: 'Unit lengths of rows and components of penalty 1, or components of scatter 1.',
  },
  ...kernelSchema,
};

/** Finds components in which both domains have the same mean and the data vary most (transfer component analysis, TCA).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs no labels
 * Solves    min_W tr(Wᵀ·(K·L·K + μI)·W)   subject to   Wᵀ·K·H·K·W = I
 * where     K = kernel matrix of all rows [n, n], L = e·eᵀ with e = 1/nSource on source and −1/nTarget on target rows,
 *           H centres;   μ = `regularization`
 * Solution  top eigenvectors of K·H·K·w = φ·(K·L·K + μI)·w, a symmetric definite problem
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → k(x, rows)·W [n, nComponents]
 * Assumes   P(Y|X) agrees once the means in the components agree.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     pan2011tca; the form of pan2009tca is `variant: 'pan2009'`.
 * Example   const { problem } = await new TransferComponentAnalysis().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class TransferComponentAnalysis implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/tca';
  static readonly summary = 'TCA: components in which both domains have the same mean.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<TcaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: TcaOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('TransferComponentAnalysis', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = TransferComponentAnalysis;
    const problem = prepareProblem(method, input, run);
    const { nComponents, normalization, regularization, variant } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    const unitLength = normalization === 'code';
    const stacked = stackRows([...problem.sources.map(({ x }) => x), problem.target.x]);
    const x = unitLength ? unitRows(stacked) : stacked;
    const seen = represent(linearAlgebra, x, { ...this.options, seed: run?.seed ?? 0 });
    const limit = Math.min(x.rows - 1, seen.rows.columns);
    const count = componentCount(method.name, nComponents, 30, limit);
    const { directions } = classDiscrepancy(
      { rows: seen.rows, source: unlabelledSource(problem) },
      { marginal: 1, conditional: 0, normalized: unitLength },
    );
    const inverted = variant === 'pan2009';
    const scatter = scatterMatrix(linearAlgebra, method.name, seen.rows);
    const found = scatterPencil(
      linearAlgebra,
      scatter,
      inverted ? 1 : regularization,
    )(inverted ? scaled(directions, Math.sqrt(regularization)) : directions, count);
    const embedding = {
      nFeatures: x.columns,
      components: seen.expand(unitLength ? found.vectors : unitScatter(found)),
      values: found.values,
      unitLength,
      landmarks: seen.landmarks,
      gamma: seen.gamma,
    };
    const facts = { nComponents: found.values.length, objective: objectiveOf(found) };
    const fitted = new FittedEmbedding(method, embedding, linearAlgebra, { warnings: [], facts });
    const names = numberedFeatures(found.values.length, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(TransferComponentAnalysis, state, context);
  }
}

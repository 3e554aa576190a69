import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  checkAborted,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  transformProblem,
} from '@graft-ml/core';
import { columnMeans, referenceLinearAlgebra, symmetricPower } from '@graft-ml/numerics';
import { FittedCoral } from './internal/fitted-coral.js';
import {
  lowRankAlignment,
  lowRankCovariance,
  type LowRankMap,
} from './internal/low-rank-alignment.js';
import { addToDiagonal } from './internal/matrix-sums.js';
import { covarianceOf, type DomainRows, type Moments, momentsOf } from './internal/moments.js';
import { type RowSources, streamMoments } from './internal/row-source.js';

export interface CoralOptions {
  /** λ, added to the diagonal of both covariances, in units of squared features. In [0, ∞), default 1. Larger values adapt less. */
  readonly regularization?: number;
  /** `'none'` (default, as published) leaves means alone; `'both'` makes each domain lose its own mean. */
  readonly centring?: 'none' | 'both';
}

const schema: OptionSchema<CoralOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ, added to the diagonal of both covariances, in units of squared features.',
    effect: 'Larger values adapt less.',
  },
  centring: {
    type: 'choice',
    values: ['none', 'both'],
    default: 'none',
    description: 'Whether each domain loses its own mean; CORAL itself does not move means.',
  },
};

/** Aligns the second-order statistics of the source features with the target's (correlation alignment).
 *
 * Setting   unsupervised · any number of sources, each moved on its own · same features · needs no labels
 * Solves    min_A ‖Aᵀ·cs·A − ct‖²_F            closed form  A = cs^(−1/2) · ct^(1/2)
 * where     cs = cov(xs) + λI, ct = cov(xt) + λI   [nFeatures, nFeatures];   λ = `regularization`, cov divides by n − 1
 *           and counts source rows by their weights where they have some
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → xs·A, xt unchanged
 * Assumes   the shift is in the covariance; it cannot repair a shift of P(Y|X).
 * Errors    NUMERICAL where λ = 0 and a source covariance is singular: raise `regularization`.
 * Paper     sun2016coral; their C_S, C_T are cs, ct. They assume data with zero mean; see `centring`.
 * Example   const { problem, fitted } = await new Coral().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Coral implements ProblemStrategy<FittedCoral> {
  static readonly id = 'feature-based/coral';
  static readonly summary = 'CORAL: gives the source the covariance of the target.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<CoralOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: CoralOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Coral', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedCoral>> {
    const problem = prepareProblem(Coral, input, run);
    const { sources, target } = problem;
    const linearAlgebra = this.#linearAlgebra;
    const fitted = this.#isWide(problem)
      ? await this.#alignWide(problem, run)
      : await this.#align(
          sources.map((domain) => momentsOf(linearAlgebra, domain)),
          momentsOf(linearAlgebra, target),
          run,
        );
    return { problem: await transformProblem(problem, fitted, target.features, run), fitted };
  }

  /** The same from one pass over rows that need not fit in memory; memory nFeatures² per domain. */
  async fitStream(rows: RowSources, run?: RunOptions): Promise<FittedCoral> {
    checkAborted(run, 'Coral');
    const { sources, target } = await streamMoments(this.#linearAlgebra, 'Coral', rows, run);
    return this.#align(sources, target, run);
  }

  static restore(state: FittedState, context: RestoreContext): FittedCoral {
    return FittedCoral.read(state, context);
  }

  async #align(
    sources: readonly Moments[],
    target: Moments,
    run: RunOptions | undefined,
  ): Promise<FittedCoral> {
    const linearAlgebra = this.#linearAlgebra;
    const { regularization, centring } = this.options;
    const covariance = (moments: Moments) =>
      addToDiagonal(covarianceOf('Coral', moments, 1), regularization);
    const colouring = symmetricPower(linearAlgebra, covariance(target), 1 / 2);
    const maps: DenseMatrix[] = [];
    for (const source of sources) {
      const whitening = symmetricPower(linearAlgebra, covariance(source), -1 / 2);
      maps.push(linearAlgebra.multiply(whitening, colouring));
      const progress = { done: maps.length, total: sources.length };
      await step(run, 'Coral', { stage: 'aligning covariances', ...progress });
    }
    const means = centring === 'both' ? [...sources, target].map(({ mean }) => mean) : undefined;
    return new FittedCoral(target.mean.length, maps, means, linearAlgebra);
  }

  /** Rows of any two domains together are fewer than features, so that both covariances leave most directions to λ. */
  #isWide({ sources, target }: TransferProblem): boolean {
    const { rows, columns } = target.x;
    const wide = sources.every(({ x }) => x.rows > 1 && x.rows + rows <= columns);
    return wide && rows > 1 && this.options.regularization > 0;
  }

  /** The same as {@link #align} by matrices of the size of the rows, nowhere nFeatures². */
  async #alignWide({ sources, target }: TransferProblem, run: RunOptions | undefined) {
    const linearAlgebra = this.#linearAlgebra;
    const { regularization, centring } = this.options;
    const colour = lowRankCovariance(linearAlgebra, target);
    const maps: LowRankMap[] = [];
    for (const source of sources) {
      const white = lowRankCovariance(linearAlgebra, source);
      maps.push(lowRankAlignment(linearAlgebra, white, colour, regularization));
      const progress = { done: maps.length, total: sources.length };
      await step(run, 'Coral', { stage: 'aligning covariances', ...progress });
    }
    const meanOf = ({ x, weights }: DomainRows) => columnMeans(x, weights ? { weights } : {});
    const means = centring === 'both' ? [...sources, target].map(meanOf) : undefined;
    return new FittedCoral(target.x.columns, maps, means, linearAlgebra);
  }
}

import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  Fitted,
  LinearAlgebraToken,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  StateReader,
  step,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra, symmetricPower } from '@graft-ml/numerics';
import { centred } from './internal/centred.js';
import { addToDiagonal } from './internal/matrix-sums.js';
import { covarianceOf, type Moments, momentsOf } from './internal/moments.js';
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
    const fitted = await this.#align(
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
    const reader = new StateReader(state, Coral.id, 1);
    const nFeatures = reader.number('nFeatures', true);
    const nSources = reader.number('nSources', true);
    const maps = Array.from({ length: nSources }, (_, k) =>
      reader.matrix(`map ${k}`, nFeatures, nFeatures),
    );
    const means = reader.has('mean 0')
      ? Array.from({ length: nSources + 1 }, (_, k) => reader.array(`mean ${k}`, nFeatures))
      : undefined;
    return new FittedCoral(maps, means, context.linearAlgebra);
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
    return new FittedCoral(maps, means, linearAlgebra);
  }
}

/** A fitted CORAL: one linear map per source. */
export class FittedCoral extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  /** One [nFeatures, nFeatures] matrix per source; rows are mapped as x·A. */
  readonly maps: readonly DenseMatrix[];
  readonly #means: readonly Float64Array[] | undefined;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    maps: readonly DenseMatrix[],
    /** Means of the sources, then of the target. */
    means: readonly Float64Array[] | undefined,
    linearAlgebra: LinearAlgebra,
  ) {
    super();
    this.maps = maps;
    this.#means = means;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const rows = checkRows('Coral', x, this.maps[0]?.rows ?? 0);
    const mean = this.#means?.[index === 'target' ? this.maps.length : index];
    const shifted = mean ? centred(rows, mean) : rows;
    return index === 'target' ? shifted : this.#linearAlgebra.multiply(shifted, this.maps[index]!);
  }

  override toState(): FittedState {
    const nFeatures = this.maps[0]?.rows ?? 0;
    return {
      id: Coral.id,
      version: 1,
      values: { nFeatures, nSources: this.maps.length },
      arrays: Object.fromEntries([
        ...this.maps.map(({ data }, k) => [`map ${k}`, { shape: [nFeatures, nFeatures], data }]),
        ...(this.#means ?? []).map((data, k) => [`mean ${k}`, { shape: [nFeatures], data }]),
      ]),
      parts: {},
    };
  }
}

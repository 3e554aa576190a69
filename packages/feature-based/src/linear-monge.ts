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
  checkAborted,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { type AffineMap, FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { addToDiagonal } from './internal/matrix-sums.js';
import { mongeMatrix } from './internal/monge-matrix.js';
import { covarianceOf, type Moments, momentsOf } from './internal/moments.js';
import { type RowSources, streamMoments } from './internal/row-source.js';

export interface LinearMongeOptions {
  /** Added to the diagonal of both covariances, in units of squared features. In [0, ∞), default 1e-6. Larger values adapt less. */
  readonly regularization?: number;
}

const schema: OptionSchema<LinearMongeOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1e-6,
    description: 'Added to the diagonal of both covariances, in units of squared features.',
    effect: 'Larger values adapt less.',
  },
};

/** Moves the source by the optimal transport map between Gaussians: means and covariances become the target's (linear Monge map).
 *
 * Setting   unsupervised · any number of sources, each moved on its own · same features · needs no labels
 * Solves    min_T E‖x − T(x)‖² over maps with T(N(ms, cs)) = N(mt, ct);   T(x) = (x − ms)·A + mt
 * where     A = cs^(−1/2)·(cs^(1/2)·ct·cs^(1/2))^(1/2)·cs^(−1/2), so that A·cs·A = ct; cs, ct = covariances, divided by n,
 *           + `regularization`·I, counting source rows by their weights where they have some
 * Shapes    xs [nSource, nFeatures] → the same; xt unchanged
 * Assumes   the shift is an affine map with a symmetric positive matrix: no turn, no swap of classes.
 * Errors    NUMERICAL where a source covariance is singular and `regularization` is 0.
 * Paper     flamary2019monge; knott1984
 * Example   const { problem } = await new LinearMonge().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class LinearMonge implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/linear-monge';
  static readonly summary = 'Linear Monge: moves mean and covariance of the source to the target.';
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
  readonly options: Required<LinearMongeOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: LinearMongeOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LinearMonge', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const problem = prepareProblem(LinearMonge, input, run);
    const { sources, target } = problem;
    const linearAlgebra = this.#linearAlgebra;
    const fitted = await this.#map(
      sources.map((domain) => momentsOf(linearAlgebra, domain)),
      momentsOf(linearAlgebra, target),
      run,
    );
    return { problem: await transformProblem(problem, fitted, target.features, run), fitted };
  }

  /** The same from one pass over rows that need not fit in memory; memory nFeatures² per domain. */
  async fitStream(rows: RowSources, run?: RunOptions): Promise<FittedAffine> {
    checkAborted(run, 'LinearMonge');
    const { sources, target } = await streamMoments(this.#linearAlgebra, 'LinearMonge', rows, run);
    return this.#map(sources, target, run);
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(LinearMonge, state, context);
  }

  async #map(
    moments: readonly Moments[],
    goal: Moments,
    run: RunOptions | undefined,
  ): Promise<FittedAffine> {
    const linearAlgebra = this.#linearAlgebra;
    const target = this.#gaussian(goal);
    const sources: AffineMap[] = [];
    const squaredDistances: number[] = [];
    for (const part of moments) {
      const source = this.#gaussian(part);
      const { matrix, trace } = mongeMatrix(linearAlgebra, source.covariance, target.covariance);
      sources.push({ before: source.mean, matrix, after: target.mean });
      let squared = source.variance + target.variance - 2 * trace;
      for (const [j, mean] of source.mean.entries()) squared += (mean - target.mean[j]) ** 2;
      squaredDistances.push(Math.max(0, squared));
      const progress = { done: sources.length, total: moments.length };
      await step(run, 'LinearMonge', { stage: 'mapping Gaussians', ...progress });
    }
    return new FittedAffine(LinearMonge, goal.mean.length, { sources, target: {} }, linearAlgebra, {
      warnings: [],
      facts: { squaredDistances },
    });
  }

  #gaussian(moments: Moments) {
    const covariance = addToDiagonal(
      covarianceOf('LinearMonge', moments, 0),
      this.options.regularization,
    );
    let variance = 0;
    for (let j = 0; j < covariance.rows; j++)
      variance += covariance.data[j * (covariance.rows + 1)];
    return { mean: moments.mean, covariance, variance };
  }
}

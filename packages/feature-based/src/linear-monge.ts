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
  prepareProblem,
  resolveOptions,
  step,
  transformProblem,
} from '@graft-ml/core';
import { columnMeans, covariance, referenceLinearAlgebra } from '@graft-ml/numerics';
import { type AffineMap, FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { addToDiagonal } from './internal/matrix-sums.js';
import { mongeMatrix } from './internal/monge-matrix.js';
import type { DomainRows } from './internal/principal-axes.js';

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
    const target = this.#gaussian(problem.target);
    const sources: AffineMap[] = [];
    const squaredDistances: number[] = [];
    for (const domain of problem.sources) {
      const source = this.#gaussian(domain);
      const { matrix, trace } = mongeMatrix(
        this.#linearAlgebra,
        source.covariance,
        target.covariance,
      );
      sources.push({ before: source.mean, matrix, after: target.mean });
      let squared = source.variance + target.variance - 2 * trace;
      for (const [j, mean] of source.mean.entries()) squared += (mean - target.mean[j]) ** 2;
      squaredDistances.push(Math.max(0, squared));
      const progress = { done: sources.length, total: problem.sources.length };
      await step(run, 'LinearMonge', { stage: 'mapping Gaussians', ...progress });
    }
    const fitted = new FittedAffine(
      LinearMonge,
      problem.target.x.columns,
      { sources, target: {} },
      this.#linearAlgebra,
      { warnings: [], facts: { squaredDistances } },
    );
    return {
      problem: await transformProblem(problem, fitted, problem.target.features, run),
      fitted,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(LinearMonge, state, context);
  }

  #gaussian({ x, weights }: DomainRows) {
    const options = weights ? { weights } : {};
    const spread = covariance(this.#linearAlgebra, x, { ...options, ddof: 0 });
    const regularized = addToDiagonal(spread, this.options.regularization);
    let variance = 0;
    for (let j = 0; j < x.columns; j++) variance += regularized.data[j * (x.columns + 1)];
    return { mean: columnMeans(x, options), covariance: regularized, variance };
  }
}

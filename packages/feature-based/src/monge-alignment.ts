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
  Warning,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  transformProblem,
} from '@graft-ml/core';
import {
  columnMeans,
  covariance,
  gaussianBarycentre,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { type AffineMap, FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { addToDiagonal } from './internal/matrix-sums.js';
import { mongeMatrix } from './internal/monge-matrix.js';
import type { DomainRows } from './internal/principal-axes.js';

export interface MongeAlignmentOptions {
  /** Where all domains go: the barycentre of the `'sources'` (default), of `'all'` domains, or the `'target'`, which then stays. */
  readonly reference?: 'sources' | 'all' | 'target';
  /** Added to the diagonal of every covariance, in units of squared features. In (0, ∞), default 1e-6. Larger values adapt less. */
  readonly regularization?: number;
  /** Relative change of the barycentre's covariance at which to stop. In (0, ∞), default 1e-10. */
  readonly tolerance?: number;
  /** Steps to the barycentre at most. An integer from 1 on, default 200. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<MongeAlignmentOptions> = {
  reference: {
    type: 'choice',
    values: ['sources', 'all', 'target'],
    default: 'sources',
    description: 'The domains whose barycentre all domains are mapped to.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Added to the diagonal of every covariance, in units of squared features.',
    effect: 'Larger values adapt less.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-10,
    description: "Relative change of the barycentre's covariance at which to stop.",
    effect: 'Smaller values give more digits and take more steps.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 200,
    description: 'Steps to the barycentre at most.',
  },
};

/** Brings many domains together: each is moved by its linear Monge map to the Wasserstein barycentre of all (multi-domain Monge alignment).
 *
 * Setting   unsupervised · any number of sources, each moved on its own · same features · needs no labels
 * Solves    min_G Σ_k W₂²(G, G_k) / K   over Gaussians G;   G_k = N(m_k, C_k) of the K domains that `reference` names
 *           T_k = argmin E‖x − T(x)‖² over maps with T(G_k) = G, for every source and the target
 * where     C_k = covariance of domain k, divided by n, + `regularization`·I, counting source rows by their weights
 *           mean of G = Σ_k m_k / K; its covariance S = Σ_k (S^½·C_k·S^½)^½ / K;   T_k(x) = (x − m_k)·A_k + m, A_k·C_k·A_k = S
 * Shapes    x_k [n_k, nFeatures] → the same, for every source and the target
 * Assumes   each domain is an affine image of the others by a symmetric positive matrix, with the same class proportions.
 * Errors    NUMERICAL where a covariance is singular in float64: raise `regularization`.
 * Paper     gnassounou2023, for covariances in place of spectra; agueh2011
 * Example   const { problem } = await new MongeAlignment().fit({ sources: [{ x: x1, y: y1 }, { x: x2, y: y2 }], target: { x: xt } });
 */
export class MongeAlignment implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/monge-alignment';
  static readonly summary = 'Monge alignment: moves all domains to their Gaussian barycentre.';
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
  readonly options: Required<MongeAlignmentOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: MongeAlignmentOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('MongeAlignment', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const who = 'MongeAlignment';
    const problem = prepareProblem(MongeAlignment, input, run);
    const { reference, tolerance, maxIterations } = this.options;
    const total = problem.sources.length + 2;
    const domains = [...problem.sources, problem.target].map((domain) => this.#gaussian(domain));
    const named = reference === 'all' ? domains : domains.slice(0, -1);
    const centre = gaussianBarycentre(
      this.#linearAlgebra,
      reference === 'target' ? domains.slice(-1) : named,
      { tolerance, maxIterations },
    );
    await step(run, who, { stage: 'finding the barycentre', done: 1, total });
    const maps: AffineMap[] = [];
    const squaredDistances: number[] = [];
    for (const domain of domains) {
      const { matrix, trace } = mongeMatrix(
        this.#linearAlgebra,
        domain.covariance,
        centre.covariance,
      );
      maps.push({ before: domain.mean, matrix, after: centre.mean });
      let squared = traceOf(domain.covariance) + traceOf(centre.covariance) - 2 * trace;
      domain.mean.forEach((mean, j) => (squared += (mean - centre.mean[j]) ** 2));
      squaredDistances.push(Math.max(0, squared));
      await step(run, who, { stage: 'mapping domains', done: 1 + maps.length, total });
    }
    const sources = maps.slice(0, -1);
    const target = reference === 'target' ? {} : maps[maps.length - 1];
    const fitted = new FittedAffine(
      MongeAlignment,
      problem.target.x.columns,
      { sources, target },
      this.#linearAlgebra,
      {
        warnings: centre.converged ? [] : [notConverged],
        iterations: centre.iterations,
        converged: centre.converged,
        stopReason: centre.reason,
        facts: { squaredDistances, residual: centre.residual },
      },
    );
    return {
      problem: await transformProblem(problem, fitted, problem.target.features, run),
      fitted,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(MongeAlignment, state, context);
  }

  #gaussian({ x, weights }: DomainRows) {
    const options = weights ? { weights } : {};
    const spread = covariance(this.#linearAlgebra, x, { ...options, ddof: 0 });
    const { regularization } = this.options;
    return { mean: columnMeans(x, options), covariance: addToDiagonal(spread, regularization) };
  }
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'the barycentre still moved after maxIterations: domains meet in a point near it. Raise maxIterations or regularization.',
};

function traceOf({ columns, data }: { readonly columns: number; readonly data: Float64Array }) {
  let trace = 0;
  for (let p = 0; p < data.length; p += columns + 1) trace += data[p];
  return trace;
}

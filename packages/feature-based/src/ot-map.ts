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
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
  toDense,
  transformProblem,
} from '@graft-ml/core';
import {
  columnMeans,
  laplacianTransport,
  type MaybeTransportEngine,
  medianHeuristicGamma,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { centred } from './internal/centred.js';
import {
  FittedTransportMap,
  restoreTransportMap,
  type TransportMap,
} from './internal/fitted-transport-map.js';
import { scaled } from './internal/matrix-sums.js';
import { planWarnings, shares } from './internal/transport-plan.js';
import { kernelRidge, linearRidge } from './internal/weighted-ridge.js';

export interface OtMapOptions {
  /** `'linear'` (default): the map is affine. `'rbf'`: it bends as exp(−γ‖x − xsᵢ‖²) allow. */
  readonly kernel?: 'linear' | 'rbf';
  /** What a heavily penalised map is: `'identity'` (default) up to a shift, or `'zero'`: all rows go to the mean of the target. */
  readonly prior?: 'identity' | 'zero';
  /** η, price of a map far from the prior; squared features for `'linear'`, of no unit for `'rbf'`. In (0, ∞), default 0.01. Larger values bend less. */
  readonly regularization?: number;
  /** μ, weight of the cost of the plan beside the misfit of the map; both are squared distances. In [0, ∞), default 1. Larger values keep closer to the exact plan. */
  readonly costWeight?: number;
  /** γ of `'rbf'`, in (0, ∞); `'median'` (default) is 1 / (2·median squared distance) over all rows. Larger values bend more. */
  readonly gamma?: number | 'median';
  /** Duality gap, as a fraction of the cost, at which to stop. In (0, ∞), default 1e-3. */
  readonly tolerance?: number;
  /** Transport problems solved per source at most. An integer from 1 on, default 300. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<OtMapOptions> = {
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf'],
    default: 'linear',
    description: 'Whether the map is affine or bends.',
  },
  prior: {
    type: 'choice',
    values: ['identity', 'zero'],
    default: 'identity',
    description: 'What a heavily penalised map is, up to a shift.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'η, price of a map far from the prior.',
    effect: 'Larger values bend less.',
  },
  costWeight: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'μ, weight of the cost of the plan beside the misfit of the map.',
    effect: 'Larger values keep closer to the exact plan.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of "rbf"; "median" is 1 / (2·median squared distance) over all rows.',
    effect: 'Larger values bend more.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-3,
    description: 'Duality gap, as a fraction of the cost, at which to stop.',
    effect: 'Smaller values give more digits and take more transport problems.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 300,
    description: 'Transport problems solved per source at most.',
  },
};

/** Learns a map of the source onto the target together with the transport plan it follows (joint map estimation).
 *
 * Setting   unsupervised · any number of sources, each mapped on its own · same features · needs no labels
 * Solves    min_{T, P} Σᵢ wᵢ·‖T(xsᵢ) − yᵢ‖² + μ·⟨P, C⟩ + η·pen(T)   over plans P from source weights w to uniform target weights
 * where     yᵢ = Σⱼ Pᵢⱼ·xtⱼ / wᵢ, Cᵢⱼ = ‖xsᵢ − xtⱼ‖²;   μ, η = `costWeight`, `regularization`
 *           T(x) = [x +] (x − mean)·B + b with pen = ‖B‖²_F, or [x +] Σᵢ k(x, xsᵢ)·αᵢ + b with pen = tr αᵀ·K·α;
 *           x is there for the prior `'identity'`; b is free
 * Method    for a given plan the best T is a ridge regression whose value is quadratic in P; what is left is a convex problem in P
 *           alone, solved to its global optimum within a duality gap
 * Shapes    xs [nSource, nFeatures] → the same; xt unchanged; nSource × nSource and nSource × nTarget numbers are held
 * Assumes   a smooth map turns one domain into the other, and class proportions agree.
 * Errors    NUMERICAL where `regularization` is too small for the rows.
 * Paper     perrot2016
 * Example   const { fitted } = await new OptimalTransportMap({ kernel: 'rbf' }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class OptimalTransportMap implements ProblemStrategy<FittedTransportMap> {
  static readonly id = 'feature-based/ot-map';
  static readonly summary = 'OT map: a map onto the target, learned together with its plan.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<OtMapOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: OtMapOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('OptimalTransportMap', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedTransportMap>> {
    const method = OptimalTransportMap;
    const problem = prepareProblem(method, input, run);
    const { kernel, prior } = this.options;
    const gamma = kernel === 'rbf' ? this.#width(problem, run) : undefined;
    const xt = toDense(problem.target.x);
    const maps: TransportMap[] = [];
    const solved = [];
    for (const { x, weights } of problem.sources) {
      const found = this.#map(toDense(x), xt, weights, gamma);
      maps.push(found.map);
      solved.push(found.outcome);
      const progress = { done: maps.length, total: problem.sources.length };
      await step(run, method.name, { stage: 'learning maps', ...progress });
    }
    const converged = solved.every((outcome) => outcome.converged);
    const form = { identity: prior === 'identity', gamma };
    const fitted = new FittedTransportMap(method, form, maps, this.#linearAlgebra, {
      warnings: planWarnings(converged),
      iterations: solved.reduce((sum, { iterations }) => sum + iterations, 0),
      converged,
      stopReason: solved.map(({ reason }) => reason).join(', '),
      facts: {
        objectives: solved.map(({ objective }) => objective),
        gaps: solved.map(({ gap }) => gap),
      },
    });
    return {
      problem: await transformProblem(problem, fitted, problem.target.features, run),
      fitted,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedTransportMap {
    return restoreTransportMap(OptimalTransportMap, state, context);
  }

  #map(xs: DenseMatrix, xt: DenseMatrix, weights: Float64Array | undefined, gamma?: number) {
    const linearAlgebra = this.#linearAlgebra;
    const { costWeight, maxIterations, prior, regularization, tolerance } = this.options;
    const n = xs.rows;
    const w = weights ? shares(weights) : new Float64Array(n).fill(1 / n);
    const mean = columnMeans(xs, { weights: w });
    const gram =
      gamma === undefined ? undefined : linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, xs, xs);
    const ridge = gram
      ? kernelRidge(linearAlgebra, gram, w, regularization)
      : linearRidge(linearAlgebra, centred(xs, mean), w, regularization);
    const outcome = laplacianTransport(
      linearAlgebra,
      scaled(linearAlgebra.squaredDistances(xs, xt), costWeight),
      {
        source: xs,
        target: xt,
        sourceWeights: w,
        sourceLaplacian: ridge.residual,
        laplacianRegularization: 1,
        sourceShare: 1,
        smooth: prior === 'identity' ? 'displacements' : 'positions',
        tolerance,
        maxIterations,
        engine: linearAlgebra as MaybeTransportEngine,
      },
    );
    const z = linearAlgebra.multiply(outcome.plan, xt);
    if (prior === 'identity') subtractRows(z, xs, w);
    const coefficients = ridge.coefficients(z);
    const offset = columnSums(z);
    if (gram) {
      const reached = columnMeans(linearAlgebra.multiply(gram, coefficients), { weights: w });
      reached.forEach((value, j) => (offset[j] -= value));
    }
    const centres = gram ? xs : denseMatrix(1, xs.columns, mean);
    return { map: { centres, coefficients, offset, plan: outcome.plan }, outcome };
  }

  #width({ sources, target }: TransferProblem, run?: RunOptions): number {
    const { gamma } = this.options;
    if (gamma !== 'median') return gamma;
    const rows = stackRows([...sources.map(({ x }) => x), target.x]);
    return medianHeuristicGamma(this.#linearAlgebra, rows, { seed: run?.seed ?? 0 });
  }
}

/** zᵢ −= wᵢ·xᵢ. */
function subtractRows(z: DenseMatrix, x: DenseMatrix, w: Float64Array): void {
  const { columns } = z;
  for (let i = 0, p = 0; i < z.rows; i++) {
    for (let j = 0; j < columns; j++, p++) z.data[p] -= w[i] * x.data[p];
  }
}

function columnSums({ rows, columns, data }: DenseMatrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) sums[j] += data[p];
  }
  return sums;
}

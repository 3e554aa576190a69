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
  trainingRows,
} from '@graft-ml/core';
import { LogisticRegression, NearestNeighbours } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { adaptClassifier } from './internal/adapt-classifier.js';
import { AdaptedClassifier, restoreClassifier } from './internal/adapted-classifier.js';
import { countClasses } from './internal/class-discrepancy.js';
import { distanceBalance } from './internal/distance-balance.js';
import { geodesicFlow } from './internal/geodesic-flow.js';
import { labelTarget } from './internal/label-target.js';
import { principalAxesOf } from './internal/principal-axes.js';
import { unitRows } from './internal/unit-rows.js';

export interface MedaOptions {
  /** Dimension of the subspaces of the geodesic flow, at most half of the features. `'auto'` (default): 20, or as many as there can be. */
  readonly nComponents?: number | 'auto';
  /** μ, from only overall means (0) to only class means (1). `'auto'` (default): by how well a classifier tells the domains apart, overall and per class. */
  readonly balance?: number | 'auto';
  /** η, the price of the function's norm. In (0, ∞), default 0.1. Larger values make smoother functions. */
  readonly regularization?: number;
  /** λ, the price of different mean scores in source and target. In [0, ∞), default 10. Larger values adapt more. */
  readonly alignment?: number;
  /** ρ, the price of different scores for neighbours. In [0, ∞), default 1. Larger values follow the shape of the data more. */
  readonly smoothness?: number;
  /** Neighbours of each row in the graph, or all there are. An integer from 1 on, default 10. */
  readonly nNeighbours?: number;
  /** Classifiers fitted at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
  /** γ of the kernel exp(−γ‖x − y‖²) between rows of unit length, in (0, ∞), default 0.5. Larger values see finer detail. */
  readonly gamma?: number;
  /** With more rows than this the kernel compares with this many of them, drawn at random (Nyström). Default 3000. */
  readonly maxLandmarks?: number;
}

const schema: OptionSchema<MedaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Dimension of the subspaces of the geodesic flow; "auto" is 20.',
    effect: 'Fewer are more stable and lose more.',
  },
  balance: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    words: ['auto'],
    default: 'auto',
    description: 'μ, from only overall means (0) to only class means (1); "auto" estimates it.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.1,
    description: 'η, the price of the norm of the function.',
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
    description: 'ρ, the price of different scores for neighbours.',
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
  gamma: {
    type: 'number',
    above: 0,
    default: 0.5,
    description: 'γ of the kernel between rows of unit length.',
    effect: 'Larger values see finer detail.',
  },
  maxLandmarks: {
    type: 'integer',
    atLeast: 2,
    default: 3000,
    description: 'With more rows than this the kernel compares with this many random ones.',
    effect: 'More are more exact and cost memory and time.',
  },
};

/** ARTL along the geodesic flow between the domains, overall and class means in balance (manifold embedded distribution alignment, MEDA).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels; makes a model
 * Solves    min_f Σ_source (f(zᵢ) − yᵢ)² + η‖f‖²_K + λ·fᵀ·M·f + ρ·fᵀ·L·f   per class, f = K·α, K_ij = exp(−γ‖zᵢ − zⱼ‖²)
 * where     z = x·F / ‖x·F‖, F·Fᵀ the geodesic flow kernel of `nComponents` dimensions;  M = ((1 − μ)·C·M₀ + μ·Σ_c M_c) / ‖·‖_F
 *           over means as in JDA;  L of the graph of neighbours as in ARTL;  η, λ, ρ = `regularization`, `alignment`, `smoothness`
 *           μ = d_C / (d_M + d_C), proxy A-distances overall and (in the mean) per class, unless `balance` is a number
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → labels; n × n, by `maxLandmarks` of them at most
 * Assumes   features z-scored per domain; first guesses (of the learner, in z) better than chance.
 * Errors    INVALID_OPTION for more components than the smallest domain has, or than half of the features; NUMERICAL for a domain of equal rows.
 * Paper     wang2018meda
 * Example   const model = await new ManifoldEmbeddedAlignment().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class ManifoldEmbeddedAlignment implements ParameterStrategy<AdaptedClassifier> {
  static readonly id = 'feature-based/meda';
  static readonly summary = 'MEDA: ARTL between subspaces, overall and class means in balance.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = {
    linearAlgebra: LinearAlgebraToken,
    learner: LearnerToken,
    classifier: LearnerToken,
  };

  readonly produces = 'model';
  readonly options: Required<MedaOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;
  readonly #classifier: Learner;

  constructor(
    options?: MedaOptions,
    dependencies: {
      readonly linearAlgebra?: LinearAlgebra;
      /** Gives the first labels. Default: one nearest neighbour. */
      readonly learner?: Learner;
      /** Tells the domains apart, for `balance: 'auto'`. Default: logistic regression. */
      readonly classifier?: Learner;
    } = {},
  ) {
    this.options = resolveOptions('ManifoldEmbeddedAlignment', schema, options);
    const linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#linearAlgebra = linearAlgebra;
    this.#learner =
      dependencies.learner ?? new NearestNeighbours({ neighbours: 1 }, { linearAlgebra });
    this.#classifier = dependencies.classifier ?? new LogisticRegression({}, { linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<AdaptedClassifier> {
    const method = ManifoldEmbeddedAlignment;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { nComponents, balance, ...options } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const { target } = problem;
    const [ps, pt] = principalAxesOf(
      linearAlgebra,
      method.name,
      [{ x: source.x }, target],
      nComponents,
      20,
      Math.max(1, target.x.columns >> 1),
    );
    const { factor } = geodesicFlow(linearAlgebra, ps.axes, pt.axes);
    const x = unitRows(linearAlgebra.multiply(stackRows([source.x, target.x]), factor));
    const nClasses = countClasses(source.task);
    const estimate =
      balance === 'auto'
        ? await distanceBalance(this.#classifier, x, source.y, nClasses, run)
        : () => Promise.resolve(balance);
    const { scores, diagnostics } = await adaptClassifier({
      who: method.name,
      linearAlgebra,
      x,
      source,
      start: await labelTarget(this.#learner, source, x, run),
      options: { ...options, loss: 'squared', kernel: 'rbf' },
      weigh: async (labels) => {
        const share = await estimate(labels);
        const weights = { marginal: (1 - share) * nClasses, conditional: share, normalized: true };
        return { weights, note: { balance: share } };
      },
      run,
    });
    const mapping = { nFeatures: target.x.columns, map: factor, unitLength: true };
    const parts = { task: source.task, ...mapping, ...scores };
    return new AdaptedClassifier(method, parts, linearAlgebra, diagnostics);
  }

  static restore(state: FittedState, context: RestoreContext): AdaptedClassifier {
    return restoreClassifier(ManifoldEmbeddedAlignment, state, context);
  }
}

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
  SourceDomain,
  Warning,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  toDense,
  TransferError,
} from '@graft-ml/core';
import { barycentricMap, referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  FittedTransport,
  restoreTransport,
  type SourceTransport,
} from './internal/fitted-transport.js';
import { type CostScale, scaledCosts } from './internal/transport-cost.js';
import { marginalError, type PlanOptions, solvePlan } from './internal/transport-plan.js';

export interface OtOptions {
  /** What is solved. `'exact'` (default) · `'entropic'` · `'lp-l1'` and `'l1-l2'`: entropic, and each target row gets mass of few classes · `'unbalanced'`: entropic, weights may be missed at a price · `'partial'`: exact, for a share of the mass. */
  readonly plan?: 'exact' | 'entropic' | 'lp-l1' | 'l1-l2' | 'unbalanced' | 'partial';
  /** ε, weight of the entropy, in units of the scaled cost. In (0, ∞), default 0.01. Larger values spread the plan and are faster; not used by `'exact'` and `'partial'`. */
  readonly regularization?: number;
  /** η, weight of the class penalty of `'lp-l1'` and `'l1-l2'`. In [0, ∞), default 0.1. */
  readonly classRegularization?: number;
  /** τ, price of missing the weights for `'unbalanced'`, in units of the scaled cost. In (0, ∞), default 1. */
  readonly marginalRegularization?: number;
  /** Share of the mass that `'partial'` moves. In (0, 1], default 0.9. */
  readonly mass?: number;
  /** What squared distances are divided by: their `'max'` (default), `'median'`, `'mean'`, or `'none'`. */
  readonly costScale?: CostScale;
  /** Where new source rows go. `'nearest'` (default): with the nearest source row. `'softmax'`: to the mean of the target under the entropic potentials; only for `'entropic'`. */
  readonly newRows?: 'nearest' | 'softmax';
  /** Steps of the solver at most; `'auto'` (default) leaves it to the solver, and is 10 for `'lp-l1'`. */
  readonly maxIterations?: number | 'auto';
}

const schema: OptionSchema<OtOptions> = {
  plan: {
    type: 'choice',
    values: ['exact', 'entropic', 'lp-l1', 'l1-l2', 'unbalanced', 'partial'],
    default: 'exact',
    description: 'Which transport problem is solved.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'ε, weight of the entropy, in units of the scaled cost.',
    effect: 'Larger values spread the plan and are faster.',
  },
  classRegularization: {
    type: 'number',
    atLeast: 0,
    default: 0.1,
    description: 'η, weight of the class penalty of "lp-l1" and "l1-l2".',
    effect: 'Larger values let fewer classes send to one target row.',
  },
  marginalRegularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'τ, price of missing the weights for "unbalanced", in units of the scaled cost.',
    effect: 'Larger values keep closer to the weights.',
  },
  mass: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 0.9,
    description: 'Share of the mass that "partial" moves.',
  },
  costScale: {
    type: 'choice',
    values: ['max', 'median', 'mean', 'none'],
    default: 'max',
    description: 'What squared distances are divided by.',
  },
  newRows: {
    type: 'choice',
    values: ['nearest', 'softmax'],
    default: 'nearest',
    description: 'Where new source rows go; "softmax" needs the plan "entropic".',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Steps of the solver at most; "auto" leaves it to the solver.',
  },
};

/** Moves source rows onto the target by optimal transport between the rows themselves (OTDA).
 *
 * Setting   unsupervised, with source labels for the class penalties · any number of sources, each moved on its own · same features
 * Solves    min_P ⟨P, C⟩ + ε·KL(P | w·vᵀ) + η·Ω(P)   over plans P from source weights w to uniform target weights v
 * where     Cᵢⱼ = ‖xsᵢ − xtⱼ‖² / scale; Ω the class penalty; ε = 0 for `'exact'` and `'partial'`;   ε, η = `regularization`, `classRegularization`
 * Maps      xsᵢ ↦ Σⱼ Pᵢⱼ·xtⱼ / Σⱼ Pᵢⱼ;  a new row goes as far as its nearest source row, or by softmax((gⱼ − c(x, xtⱼ)) / ε)
 * Shapes    xs [nSource, nFeatures] → the same; xt unchanged; the plan is [nSource, nTarget]
 * Assumes   class proportions agree, and rows of one class stay nearest to each other.
 * Errors    INVALID_DATA for a class penalty without labels; INVALID_OPTION for softmax without an entropic plan.
 * Paper     courty2017; cuturi2013
 * Example   const { problem } = await new OptimalTransportAdaptation({ plan: 'entropic' }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class OptimalTransportAdaptation implements ProblemStrategy<FittedTransport> {
  static readonly id = 'feature-based/ot';
  static readonly summary = 'OT: moves source rows onto the target at least cost.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<OtOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: OtOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    const who = 'OptimalTransportAdaptation';
    this.options = resolveOptions(who, schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    if (this.options.newRows !== 'softmax' || this.options.plan === 'entropic') return;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"newRows" can be "softmax" only with the plan "entropic"; received "${this.options.plan}". Take "nearest".`,
      details: { option: 'newRows', received: 'softmax' },
    });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedTransport>> {
    const method = OptimalTransportAdaptation;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const xt = toDense(problem.target.x);
    const moved: SourceTransport[] = [];
    const solved = [];
    for (const source of problem.sources) {
      const xs = toDense(source.x);
      const { cost, scale } = scaledCosts(linearAlgebra, xs, xt, this.options.costScale);
      const planned = solvePlan(method.name, linearAlgebra, cost, this.#planOptions(source));
      const { plan, targetPotentials } = planned;
      moved.push({
        rows: xs,
        moved: barycentricMap(linearAlgebra, plan, xt, { unmoved: xs }),
        plan,
        ...(this.options.newRows === 'softmax' && targetPotentials
          ? { softmax: entropicSoftmax(targetPotentials, this.options.regularization, scale) }
          : {}),
      });
      solved.push({ ...planned, marginalError: marginalError(plan, source.weights) });
      const progress = { done: moved.length, total: problem.sources.length };
      await step(run, method.name, { stage: 'transporting', ...progress });
    }
    const converged = solved.every((plan) => plan.converged);
    const fitted = new FittedTransport(method, moved, xt, linearAlgebra, {
      warnings: converged ? [] : [notConverged],
      iterations: solved.reduce((sum, { iterations }) => sum + iterations, 0),
      converged,
      stopReason: solved.map(({ reason }) => reason).join(', '),
      facts: {
        costs: solved.map(({ cost }) => cost),
        marginalErrors: solved.map((plan) => plan.marginalError),
      },
    });
    const sources = problem.sources.map((source, k) => ({ ...source, x: moved[k].moved }));
    const { pairs } = problem;
    const along = pairs && {
      pairs: { ...pairs, source: await fitted.transform(pairs.source, 'source', run) },
    };
    return { problem: { ...problem, sources, ...along }, fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedTransport {
    return restoreTransport(OptimalTransportAdaptation, state, context);
  }

  #planOptions({ name, y, task, weights }: SourceDomain): PlanOptions {
    const { plan } = this.options;
    const byClass = plan === 'lp-l1' || plan === 'l1-l2';
    if (byClass && (!y || task.kind !== 'classification')) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who: 'OptimalTransportAdaptation',
        message: `the plan "${plan}" needs class labels, but "${name}" has none. Take "entropic", or give labels.`,
        details: { argument: 'y', reason: 'missing' },
      });
    }
    return { ...this.options, weights, classes: byClass ? y : undefined };
  }
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'the transport solver ran out of iterations: the plan misses its weights by the marginal error told. Raise maxIterations or regularization.',
};

/** Potentials over ε, and what squared distances are divided by to be costs over ε. */
function entropicSoftmax(potentials: Float64Array, regularization: number, scale: number) {
  return {
    potentials: potentials.map((value) => value / regularization),
    scale: scale * regularization,
  };
}

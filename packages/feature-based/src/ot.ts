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
import { LinearAlgebraToken, prepareProblem, resolveOptions, step, toDense } from '@graft-ml/core';
import { barycentricMap, referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  FittedTransport,
  restoreTransport,
  type SourceTransport,
} from './internal/fitted-transport.js';
import { softmaxWeights } from './internal/softmax-mean.js';
import {
  checkNewRows,
  type NewRows,
  newRowsSchema,
  type TransportPlanOptions,
  transportSchema,
} from './internal/transport-options.js';
import { planFromSource, planWarnings } from './internal/transport-plan.js';

export interface OtOptions extends TransportPlanOptions {
  /** Where new source rows go. `'nearest'` (default): with the nearest source row. `'softmax'`: to the mean of the target under the entropic potentials; only for `'entropic'`. */
  readonly newRows?: NewRows;
}

const schema: OptionSchema<OtOptions> = { ...transportSchema, ...newRowsSchema };

/** Moves source rows onto the target by optimal transport between the rows themselves (OTDA).
 *
 * Setting   unsupervised, with source labels for the class penalties · any number of sources, each moved on its own · same features
 * Solves    min_P ⟨P, C⟩ + ε·KL(P | w·vᵀ) + η·Ω(P)   over plans P from source weights w to uniform target weights v
 * where     Cᵢⱼ = ‖xsᵢ − xtⱼ‖² / scale; Ω the penalty of classes or graphs; ε = 0 for `'exact'`, `'laplacian'` and `'partial'`
 *           ε = `regularization`, η = `classRegularization` or `laplacianRegularization`
 * Maps      xsᵢ ↦ Σⱼ Pᵢⱼ·xtⱼ / Σⱼ Pᵢⱼ;  a new row goes as far as its nearest source row, or by softmax((gⱼ − c(x, xtⱼ)) / ε)
 * Shapes    xs [nSource, nFeatures] → the same; xt unchanged; the plan is [nSource, nTarget]
 * Assumes   class proportions agree, and rows of one class stay nearest to each other.
 * Errors    INVALID_DATA for a class penalty without labels; INVALID_OPTION for softmax without an entropic plan.
 * Paper     courty2017; cuturi2013; flamary2014 for the graphs
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
    checkNewRows(who, this.options);
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedTransport>> {
    const method = OptimalTransportAdaptation;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const xt = toDense(problem.target.x);
    const moved: SourceTransport[] = [];
    const solved = [];
    for (const source of problem.sources) {
      const planned = planFromSource(method.name, linearAlgebra, source, xt, this.options);
      const { plan, targetPotentials } = planned;
      const { xs, scale } = planned.costs;
      moved.push({
        rows: xs,
        moved: barycentricMap(linearAlgebra, plan, xt, { unmoved: xs }),
        plan,
        ...(this.options.newRows === 'softmax' && targetPotentials
          ? { softmax: softmaxWeights(targetPotentials, this.options.regularization, scale) }
          : {}),
      });
      solved.push(planned);
      const progress = { done: moved.length, total: problem.sources.length };
      await step(run, method.name, { stage: 'transporting', ...progress });
    }
    const converged = solved.every((plan) => plan.converged);
    const fitted = new FittedTransport(method, moved, xt, linearAlgebra, {
      warnings: planWarnings(converged),
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
}

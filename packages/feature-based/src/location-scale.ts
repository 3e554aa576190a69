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
  Warning,
} from '@graft-ml/core';
import {
  labelledSources,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  selectRows,
  stackRows,
  step,
  toDense,
  transformProblem,
} from '@graft-ml/core';
import {
  medianHeuristicGamma,
  minimizeLbfgs,
  randomSource,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import {
  FittedLocationScale,
  type LocationScale,
  restoreLocationScale,
} from './internal/fitted-location-scale.js';
import { labelGroups } from './internal/label-groups.js';
import { meetingObjective } from './internal/location-scale-objective.js';
import { shares } from './internal/transport-plan.js';

export interface LocationScaleOptions {
  /** λ, price of scales away from 1 and of shifts, the latter in standard deviations of the source. In [0, ∞), default 1e-3. Larger values adapt less. */
  readonly regularization?: number;
  /** γ of the kernel exp(−γ‖x − y‖²), in (0, ∞); `'median'` (default) is 1 / (2·median squared distance) over all rows. Larger values see finer detail and less far. */
  readonly gamma?: number | 'median';
  /** For a regression: number of places along the values with a scale and a shift of their own, default 5. */
  readonly nGroups?: number;
  /** Rows per domain that means in the kernel space are estimated from at most, drawn at random, default 1000. */
  readonly maxRows?: number;
  /** Largest entry of the gradient at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** An integer from 1 on, default 200. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<LocationScaleOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1e-3,
    description: 'λ, price of scales away from 1 and of shifts in standard deviations.',
    effect: 'Larger values adapt less.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the kernel; "median" is 1 / (2·median squared distance) over all rows.',
    effect: 'Larger values see finer detail and less far.',
  },
  nGroups: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Places along the values of a regression with a scale and a shift of their own.',
    effect: 'More follow a shift that depends on the value more finely.',
  },
  maxRows: {
    type: 'integer',
    atLeast: 2,
    default: 1000,
    description: 'Rows per domain that kernel means are estimated from at most, drawn at random.',
    effect: 'More are more exact and cost time with their square.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Largest entry of the gradient at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 200,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Scales and shifts the features of each class so that the source as a whole meets the target (location-scale conditional shift, MMD-LS-ConS).
 *
 * Setting   unsupervised · any number of sources, each moved on its own · same features · needs source labels
 * Solves    min_{W, B} ‖Σᵢ aᵢ·k(xᵢ∘W(yᵢ) + B(yᵢ), ·) − meanⱼ k(xtⱼ, ·)‖² + λ·Σᵢ aᵢ·(‖W(yᵢ) − 1‖² + ‖β(yᵢ)‖²)
 * where     k(x, y) = exp(−γ‖x − y‖²), a = source weights with sum 1, ∘ feature by feature;   λ = `regularization`
 *           β = (B(y) − mean∘(1 − W(y))) / σ: the shift of the source mean in standard deviations σ of the source's features
 *           one W(c), B(c) per class; for a regression they vary with y between `nGroups` places, its quantiles
 * Method    L-BFGS from W = 1, B = 0, to a local optimum
 * Maps      a source row by the label of the nearest training row of its source; target rows stay
 * Shapes    xs [nSource, nFeatures] → the same; W, B [nClasses, nFeatures]
 * Assumes   P(Y) is the same in both domains, and given the class each feature has only been scaled and shifted.
 * Paper     zhang2013 (LS-ConS, without the weights of GeTarS)
 * Example   const { problem } = await new LocationScaleShift().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class LocationScaleShift implements ProblemStrategy<FittedLocationScale> {
  static readonly id = 'feature-based/location-scale';
  static readonly summary = 'MMD-LS-ConS: scales and shifts each class until the domains meet.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<LocationScaleOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: LocationScaleOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LocationScaleShift', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedLocationScale>> {
    const who = 'LocationScaleShift';
    const problem = prepareProblem(LocationScaleShift, input, run);
    const { maxIterations, nGroups, regularization, tolerance } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    const gamma = this.#width(problem, run);
    const target = this.#sampled(toDense(problem.target.x), 'target', run).rows;
    const maps: LocationScale[] = [];
    const outcomes = [];
    for (const [k, { x, y, task, weights }] of labelledSources(problem, who).entries()) {
      const rows = toDense(x);
      const groups = labelGroups(task, y, nGroups);
      const { rows: seen, indices } = this.#sampled(rows, `source ${k}`, run);
      const objective = meetingObjective(linearAlgebra, {
        source: seen,
        shares: shares(Float64Array.from(indices, (i) => (weights ? weights[i] : 1))),
        groups: toDense(selectRows(groups, indices)),
        target,
        gamma,
        regularization,
      });
      const start = new Float64Array(2 * groups.columns * rows.columns);
      const solved = minimizeLbfgs(objective.evaluate, start, { tolerance, maxIterations });
      maps.push({ rows, groups, ...objective.mapOf(solved.x) });
      outcomes.push({
        ...solved,
        before: objective.discrepancy(start),
        after: objective.discrepancy(solved.x),
      });
      const progress = { done: maps.length, total: problem.sources.length };
      await step(run, who, { stage: 'scaling and shifting classes', ...progress });
    }
    const converged = outcomes.every((outcome) => outcome.converged);
    const fitted = new FittedLocationScale(LocationScaleShift, maps, linearAlgebra, {
      warnings: converged ? [] : [notConverged],
      iterations: outcomes.reduce((sum, { iterations }) => sum + iterations, 0),
      converged,
      stopReason: outcomes.map(({ reason }) => reason).join(', '),
      facts: {
        squaredDiscrepanciesBefore: outcomes.map(({ before }) => before),
        squaredDiscrepanciesAfter: outcomes.map(({ after }) => after),
        gamma,
      },
    });
    return {
      problem: await transformProblem(problem, fitted, problem.target.features, run),
      fitted,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedLocationScale {
    return restoreLocationScale(LocationScaleShift, state, context);
  }

  #width({ sources, target }: TransferProblem, run?: RunOptions): number {
    const { gamma } = this.options;
    if (gamma !== 'median') return gamma;
    const rows = stackRows([...sources.map(({ x }) => x), target.x]);
    return medianHeuristicGamma(this.#linearAlgebra, rows, { seed: run?.seed ?? 0 });
  }

  #sampled(rows: DenseMatrix, stream: string, run?: RunOptions) {
    const { maxRows } = this.options;
    if (rows.rows <= maxRows)
      return { rows, indices: Int32Array.from({ length: rows.rows }, (_, i) => i) };
    const random = randomSource(run?.seed ?? 0).stream(stream);
    const indices = random.sample(rows.rows, maxRows).sort();
    return { rows: toDense(selectRows(rows, indices)), indices };
  }
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'scales and shifts were still moving when the iteration ended. Raise maxIterations or regularization, or standardize the features first.',
};

import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  weightProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedWeights } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import { rowRange } from './internal/packed-kernel.js';
import { settle } from './internal/settle.js';

export interface NearestNeighbourWeightingOptions {
  /** How many source rows each target row counts for. A whole number ≥ 1, default 1. Larger values spread the weight. */
  readonly neighbours?: number;
  /** Whether every source row starts with a count of 1 (Laplace). Default true, as published: no row is lost. */
  readonly smoothing?: boolean;
}

const schema: OptionSchema<NearestNeighbourWeightingOptions> = {
  neighbours: {
    type: 'integer',
    atLeast: 1,
    default: 1,
    description: 'How many source rows each target row counts for.',
    effect: 'Larger values spread the weight.',
  },
  smoothing: {
    type: 'boolean',
    default: true,
    description: 'Whether every source row starts with a count of 1, so that no row is lost.',
  },
};

/** Weighs each source row by how many target rows have it among their nearest source rows.
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Weights   wᵢ = 1 + #{target rows whose k nearest source rows include i}, scaled to mean 1;  k = `neighbours`
 * ties      rows equally far at the k-th place share what is left of the k counts
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   distances mean something: features in like units; P(Y|X) is the same in both domains
 * Paper     loog2012, where k = 1.
 * Example   const { problem } = await new NearestNeighbourWeighting().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class NearestNeighbourWeighting implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/nearest-neighbour-weighting';
  static readonly summary =
    'Nearest-neighbour weighting: counts the target rows nearest to each source row.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<NearestNeighbourWeightingOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: NearestNeighbourWeightingOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('NearestNeighbourWeighting', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const who = 'NearestNeighbourWeighting';
    const problem = prepareProblem(NearestNeighbourWeighting, input, run);
    const { sources, target } = problem;
    const { neighbours, smoothing } = this.options;
    const raw: Float64Array[] = [];
    for (const { x } of sources) {
      const counts = countNeighbours(this.#linearAlgebra, x, target.x, neighbours);
      raw.push(smoothing ? counts.map((count) => count + 1) : counts);
      await step(run, who, {
        stage: 'counting neighbours',
        done: raw.length,
        total: sources.length,
      });
    }
    const { weights, summary } = settle({
      who,
      problem,
      raw,
      advice: 'Raise "neighbours", or turn "smoothing" on.',
    });
    return {
      problem: weightProblem(problem, weights),
      fitted: new FittedWeights(NearestNeighbourWeighting, summary),
    };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(NearestNeighbourWeighting, state);
  }
}

/** For each row of `xs`, how many rows of `xt` have it among their `k` nearest. */
function countNeighbours(
  linearAlgebra: LinearAlgebra,
  xs: Matrix,
  xt: Matrix,
  k: number,
): Float64Array {
  const counts = new Float64Array(xs.rows);
  const n = xs.rows;
  const taken = Math.min(k, n);
  const block = Math.max(1, Math.floor(4e6 / n));
  for (let from = 0; from < xt.rows; from += block) {
    const to = Math.min(xt.rows, from + block);
    const { data } = linearAlgebra.squaredDistances(rowRange(xt, from, to), xs);
    for (let start = 0; start < data.length; start += n) {
      const distances = data.subarray(start, start + n);
      const last = kthSmallest(distances, taken);
      let closer = 0;
      let tied = 0;
      for (let i = 0; i < n; i++) {
        if (distances[i] < last) closer++;
        else if (distances[i] === last) tied++;
      }
      for (let i = 0; i < n; i++) {
        if (distances[i] < last) counts[i] += 1;
        else if (distances[i] === last) counts[i] += (taken - closer) / tied;
      }
    }
  }
  return counts;
}

/** The k-th smallest value, in time n·k: k is small. */
function kthSmallest(values: Float64Array, k: number): number {
  if (k > 32) return Float64Array.from(values).sort()[k - 1];
  const smallest = new Float64Array(k).fill(Infinity);
  for (let i = 0; i < values.length; i++) {
    let value = values[i];
    if (!(value < smallest[k - 1])) continue;
    for (let s = 0; s < k; s++) {
      if (value >= smallest[s]) continue;
      const pushed = smallest[s];
      smallest[s] = value;
      value = pushed;
    }
  }
  return smallest[k - 1];
}

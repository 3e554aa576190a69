import type {
  Adaptation,
  FittedState,
  Kernel,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  SourceDomain,
  TransferProblem,
} from '@graft-ml/core';
import {
  denseMatrix,
  labelledSources,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
  TransferError,
} from '@graft-ml/core';
import {
  effectiveSampleSize,
  minimizeBoxQuadratic,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';
import { FittedWeights } from './fitted-weights.js';
import { kernelWidth } from './internal/kernel-width.js';
import { innerProduct, type MeanEmbedding } from './internal/mean-embedding.js';
import { labelledTarget } from './internal/pool-target.js';
import { collapse } from './internal/settle.js';

export interface SourceMixtureOptions {
  /** What the mixture is to match: the target's `'rows'` (default), or its labelled `'rows and labels'`. */
  readonly match?: 'rows' | 'rows and labels';
  /** γ of the kernel exp(−γ‖x − y‖²), in (0, ∞); `'median'` (default) takes 1/(2·m²), m the median distance of rows. */
  readonly gamma?: number | 'median';
}

const schema: OptionSchema<SourceMixtureOptions> = {
  match: {
    type: 'choice',
    values: ['rows', 'rows and labels'],
    default: 'rows',
    description: 'What the mixture is to match: the rows of the target, or its labelled rows.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the kernel exp(−γ‖x − y‖²), or the median heuristic.',
    effect: 'Larger values match finer detail.',
  },
};

/** Shares below this count as 0. */
const leastShare = 1e-4;

/** Weighs whole sources so that their mixture meets the target in a kernel's feature space; sources of share 0 are deselected.
 *
 * Setting   unsupervised, or with labelled target rows · any number of sources · same features
 * Solves    min_λ ‖Σₖ λₖ·μₖ − μ_T‖²   over λ ≥ 0, Σ λ = 1      μ = mean φ(x), with `match: 'rows and labels'` mean φ(x)⊗e_y
 * Weights   of the rows of source k, λₖ·N/nₖ each, N rows in all; weights from before are kept in proportion
 * so that   where the target is a mixture of the sources, the weighted loss on all sources is the target's
 * Shapes    xs [nSource, nFeatures] each, xt [nTarget, nFeatures] → one weight per source row, mean 1 over all; rows pass unchanged
 * Assumes   the target is near a mixture of the sources; for `'rows'` that P(Y|X) is one and the same
 * Errors    INVALID_DATA where labels are to be matched and missing; UNSUPPORTED for a regression with labels, or labels no source has
 * Paper     mansour2008 for the setting; λ by matching kernel means as in huang2007 for rows.
 * Example   const { problem, fitted } = await new SourceMixture().fit({ sources, target: { x: xt } });
 */
export class SourceMixture implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/source-mixture';
  static readonly summary =
    'Source mixture: weighs whole sources so that together they meet the target.';
  static readonly setting: Setting = {
    role: 'instance',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'optional',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<SourceMixtureOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SourceMixtureOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('SourceMixture', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const who = 'SourceMixture';
    const linearAlgebra = this.#linearAlgebra;
    const problem = prepareProblem(SourceMixture, input, run);
    const { sources, target } = problem;
    const { points, goal } =
      this.options.match === 'rows'
        ? {
            points: sources.map((source) => ofRows(source.x, source.weights)),
            goal: ofRows(target.x),
          }
        : withLabels(who, problem);
    const all = stackRows(sources.map(({ x }) => x));
    const gamma = kernelWidth(linearAlgebra, this.options.gamma as number | 'median', all, goal.x);
    const kernel: Kernel = { type: 'rbf', gamma };
    const count = sources.length;
    const gram = denseMatrix(count, count);
    const toTarget = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      for (let l = 0; l <= k; l++) {
        const product = innerProduct(linearAlgebra, kernel, points[k], points[l]);
        gram.data[k * count + l] = gram.data[l * count + k] = product;
      }
      toTarget[k] = innerProduct(linearAlgebra, kernel, points[k], goal);
      await step(run, who, { stage: 'comparing sources', done: k + 1, total: count });
    }
    const ofTarget = innerProduct(linearAlgebra, kernel, goal, goal);
    const distance = (shares: ArrayLike<number>): number => {
      let value = ofTarget;
      for (let k = 0; k < count; k++) {
        value -= 2 * shares[k] * toTarget[k];
        for (let l = 0; l < count; l++) value += shares[k] * shares[l] * gram.data[k * count + l];
      }
      return Math.max(0, value);
    };
    const solution = minimizeBoxQuadratic(linearAlgebra, {
      quadratic: gram,
      linear: toTarget.map((value) => -value),
      lower: 0,
      upper: 1,
      sum: { lower: 1, upper: 1 },
    });
    const shares = withoutTraces(solution.x);
    const rows = sources.map(({ x }) => x.rows);
    const mixed = mixSources(sources, shares, all.rows);
    const effective = effectiveSampleSize(mixed.flatMap((weights) => Array.from(weights)));
    const warning = collapse(
      'all sources',
      effective,
      all.rows,
      'Lower "gamma", or look at the shares before leaving sources out.',
    );
    const fitted = new FittedWeights(SourceMixture, {
      nFeatures: target.x.columns,
      effectiveSampleSizes: mixed.map(effectiveSampleSize),
      diagnostics: {
        warnings: warning ? [warning] : [],
        iterations: solution.iterations,
        converged: solution.converged,
        stopReason: `the quadratic programme ended ${solution.reason}`,
        facts: {
          shares: Array.from(shares),
          gamma,
          effectiveSampleSize: effective,
          mmd2: distance(shares),
          mmd2Pooled: distance(rows.map((n) => n / all.rows)),
          mmd2OfSources: rows.map((_, k) => distance(rows.map((__, l) => (k === l ? 1 : 0)))),
        },
      },
    });
    const weighted = sources.map((source, k) => ({ ...source, weights: mixed[k] }));
    return { problem: { ...problem, sources: weighted }, fitted };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(SourceMixture, state);
  }
}

/** The mean of φ(x), weighted if there are weights. */
function ofRows(x: Matrix, weights?: Float64Array): MeanEmbedding {
  const raw = weights ?? new Float64Array(x.rows).fill(1);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return {
    x,
    shares: denseMatrix(
      x.rows,
      1,
      raw.map((weight) => weight / total),
    ),
  };
}

/** The means of φ(x)⊗e_y of the sources and of the labelled target rows. */
function withLabels(
  who: string,
  problem: TransferProblem,
): { readonly points: readonly MeanEmbedding[]; readonly goal: MeanEmbedding } {
  const { task } = problem.target;
  if (task.kind === 'regression') {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: 'matches labels of classes, not values of a regression. Set "match" to \'rows\'.',
      details: { capability: 'task', expected: 'classification', received: task.kind },
    });
  }
  const labelled = labelledTarget(who, problem);
  if (labelled.y.length === 0) {
    throw new TransferError({
      code: 'INVALID_DATA',
      who,
      message:
        'needs labelled target rows to match labels; received none. Give them as target.labelled, or set "match" to \'rows\'.',
      details: { argument: 'target.labelled', reason: 'missing' },
    });
  }
  const embed = (x: Matrix, y: Float64Array, weights?: Float64Array): MeanEmbedding => {
    const { data } = ofRows(x, weights).shares;
    const shares = denseMatrix(x.rows, task.classes.length);
    for (let i = 0; i < y.length; i++) shares.data[i * shares.columns + y[i]] = data[i];
    return { x, shares };
  };
  const points = labelledSources(problem, who).map(({ x, y, weights }) => embed(x, y, weights));
  return { points, goal: embed(labelled.x, labelled.y) };
}

/** Shares of sum 1 in which traces that an interior point method leaves are 0. */
function withoutTraces(found: Float64Array): Float64Array {
  const shares = found.map((share) => (share < leastShare ? 0 : share));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Weights of the rows of each source: together share·N, in proportion to those from before. */
function mixSources(
  sources: readonly SourceDomain[],
  shares: Float64Array,
  nRows: number,
): Float64Array[] {
  return sources.map(({ x, weights }, k) => {
    const raw = weights ?? new Float64Array(x.rows).fill(1);
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return raw.map((weight) => (weight * shares[k] * nRows) / total);
  });
}

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
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import {
  axesOfMoments,
  equallyMany,
  type PrincipalAxes,
  principalAxesOf,
} from './internal/principal-axes.js';
import { type RowSources, streamMoments } from './internal/row-source.js';

export interface SubspaceAlignmentOptions {
  /** Principal axes kept per domain. `'auto'` (default): 20, or as many as the smallest domain has. Fewer are more stable and lose more. */
  readonly nComponents?: number | 'auto';
}

const schema: OptionSchema<SubspaceAlignmentOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Principal axes kept per domain; "auto" is 20, or as many as the data have.',
    effect: 'Fewer are more stable and lose more.',
  },
};

/** Turns the principal axes of the source into those of the target (subspace alignment).
 *
 * Setting   unsupervised · any number of sources, each aligned on its own · same features · needs no labels
 * Solves    min_M ‖ps·M − pt‖²_F            closed form  M = psᵀ·pt
 * where     ps, pt = leading principal axes of each domain [nFeatures, nComponents]; ms, mt = their means
 * Shapes    xs [nSource, nFeatures] → (xs − ms)·ps·M;  xt [nTarget, nFeatures] → (xt − mt)·pt;  both [n, nComponents]
 * Assumes   the shift is a turn of the subspace that holds the data; scales and classes within it are not looked at.
 * Errors    INVALID_OPTION for more components than the smallest domain has; NUMERICAL for a domain of equal rows.
 * Paper     fernando2013sa; their X_S, X_T are ps, pt and their X_a is ps·M.
 * Example   const { problem } = await new SubspaceAlignment({ nComponents: 20 }).fit({ source: { x: xs }, target: { x: xt } });
 */
export class SubspaceAlignment implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/subspace-alignment';
  static readonly summary = 'SA: turns the principal axes of the source into those of the target.';
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
  readonly options: Required<SubspaceAlignmentOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SubspaceAlignmentOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('SubspaceAlignment', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const problem = prepareProblem(SubspaceAlignment, input, run);
    const found = principalAxesOf(
      this.#linearAlgebra,
      'SubspaceAlignment',
      [problem.target, ...problem.sources],
      this.options.nComponents,
      20,
    );
    const fitted = this.#align(found);
    const names = numberedFeatures(fitted.target.matrix!.columns, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  /** The same from one pass over rows that need not fit in memory; memory nFeatures² per domain. */
  async fitStream(rows: RowSources, run?: RunOptions): Promise<FittedAffine> {
    const who = 'SubspaceAlignment';
    checkAborted(run, who);
    const { sources, target } = await streamMoments(this.#linearAlgebra, who, rows, run);
    const { nComponents } = this.options;
    const wanted = nComponents === 'auto' ? 20 : nComponents;
    const found = [target, ...sources].map((moments) =>
      axesOfMoments(this.#linearAlgebra, moments, wanted),
    );
    return this.#align(equallyMany(who, found, nComponents, 20));
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(SubspaceAlignment, state, context);
  }

  /** Takes the axes of the target, then of the sources. */
  #align([pt, ...ps]: readonly PrincipalAxes[]): FittedAffine {
    const linearAlgebra = this.#linearAlgebra;
    const turns = ps.map(({ axes }) => linearAlgebra.multiply(axes, pt.axes, { transposeA: true }));
    const sources = ps.map(({ mean, axes }, k) => ({
      before: mean,
      matrix: linearAlgebra.multiply(axes, turns[k]),
    }));
    return new FittedAffine(
      SubspaceAlignment,
      pt.mean.length,
      { sources, target: { before: pt.mean, matrix: pt.axes } },
      linearAlgebra,
      {
        warnings: [],
        facts: {
          nComponents: pt.variances.length,
          /** Cosines of the angles between the subspaces: 1 where they agree, 0 where they share nothing. */
          cosines: turns.map((turn) => Array.from(linearAlgebra.svd(turn).s)),
          varianceKept: [...ps, pt].map(varianceKept),
        },
      },
    );
  }
}

/** Share of a domain's variance that its axes carry. */
function varianceKept({ variances, total }: PrincipalAxes): number {
  return variances.reduce((sum, value) => sum + value, 0) / total;
}

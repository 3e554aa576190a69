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
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { geodesicFlow } from './internal/geodesic-flow.js';
import { type PrincipalAxes, principalAxesOf } from './internal/principal-axes.js';
import { leadingColumns } from './internal/representation.js';

export interface GfkOptions {
  /** Dimension of the subspaces. At most half of the features. `'auto'` (default): 20, or as many as there can be. `'disagreement'`: by the subspace disagreement measure, up to 50. */
  readonly nComponents?: number | 'auto' | 'disagreement';
}

const schema: OptionSchema<GfkOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto', 'disagreement'],
    default: 'auto',
    description: 'Dimension of the subspaces; "auto" is 20, "disagreement" finds one up to 50.',
    effect: 'Fewer are more stable and lose more.',
  },
};

/** Compares rows along all subspaces on the way from the source's to the target's (geodesic flow kernel, GFK).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs no labels
 * Solves    G = ∫₀¹ Φ(t)·Φ(t)ᵀ dt, in closed form     Φ(t) the geodesic from span(ps) to span(pt)
 * where     ps, pt = leading principal axes of source and target [nFeatures, nComponents]
 * Shapes    x [n, nFeatures] → x·F [n, 2·nComponents] with F·Fᵀ = G: inner products and distances of rows are those of the kernel
 * Assumes   features z-scored per domain; each domain near a subspace, and the truth between them.
 * Errors    INVALID_OPTION for more components than the smallest domain has, or than half of the features; NUMERICAL for a domain of equal rows.
 * Paper     gong2012gfk. An angle of exactly 0 has weight 1 here, 1/2 in their code.
 * Example   const { problem } = await new GeodesicFlowKernel({ nComponents: 10 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class GeodesicFlowKernel implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/gfk';
  static readonly summary = 'GFK: compares rows along all subspaces between source and target.';
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
  readonly options: Required<GfkOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: GfkOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('GeodesicFlowKernel', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const method = GeodesicFlowKernel;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { target } = problem;
    const source = stackRows(problem.sources.map(({ x }) => x));
    const { nComponents } = this.options;
    const measured = nComponents === 'disagreement';
    const both = { x: stackRows([source, target.x]) };
    const [ps, pt, joint] = principalAxesOf(
      linearAlgebra,
      method.name,
      [{ x: source }, target, ...(measured ? [both] : [])],
      measured ? 'auto' : nComponents,
      measured ? 50 : 20,
      // Beyond half of the space two subspaces always share directions, and the factor is no longer unique.
      Math.max(1, target.x.columns >> 1),
    );
    const count = joint ? agreedDimension(linearAlgebra, ps, pt, joint) : ps.variances.length;
    const { factor, angles } = geodesicFlow(
      linearAlgebra,
      leadingColumns(ps.axes, count),
      leadingColumns(pt.axes, count),
    );
    const map = { matrix: factor };
    const fitted = new FittedAffine(
      method,
      target.x.columns,
      { sources: problem.sources.map(() => map), target: map },
      linearAlgebra,
      { warnings: [], facts: { nComponents: count, angles: Array.from(angles) } },
    );
    const names = numberedFeatures(factor.columns, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(GeodesicFlowKernel, state, context);
  }
}

/** The subspace disagreement measure D(d) = (sin α_d + sin β_d)/2, α_d and β_d the largest angles between the subspaces of
 * dimension d of source and of target and that of both together: the first d at which they are orthogonal (D ≥ 0.99).
 */
function agreedDimension(
  linearAlgebra: LinearAlgebra,
  ps: PrincipalAxes,
  pt: PrincipalAxes,
  joint: PrincipalAxes,
): number {
  const limit = joint.variances.length;
  for (let count = 1; count < limit; count++) {
    const common = leadingColumns(joint.axes, count);
    const sine = (axes: DenseMatrix) => {
      const own = leadingColumns(axes, count);
      const { s } = linearAlgebra.svd(linearAlgebra.multiply(own, common, { transposeA: true }));
      return Math.sqrt(Math.max(0, 1 - s[count - 1] ** 2));
    };
    if ((sine(ps.axes) + sine(pt.axes)) / 2 >= 0.99) return count;
  }
  return limit;
}

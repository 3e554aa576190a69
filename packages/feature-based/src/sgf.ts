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
  Setting,
} from '@graft-ml/core';
import {
  type DenseMatrix,
  denseMatrix,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { withMappedRows } from './internal/extend-problem.js';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { type GeodesicFlow, geodesicFlow } from './internal/geodesic-flow.js';
import { principalAxesOf } from './internal/principal-axes.js';

export interface SgfOptions {
  /** Dimension of the subspaces, at most half of the features. `'auto'` (default): 20, or as many as there can be. */
  readonly nComponents?: number | 'auto';
  /** Subspaces taken on the way, both ends among them. At least 2, default 8. More come nearer to the geodesic flow kernel. */
  readonly nSubspaces?: number;
}

const schema: OptionSchema<SgfOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Dimension of the subspaces; "auto" is 20, or as many as there can be.',
    effect: 'Fewer are more stable and lose more.',
  },
  nSubspaces: {
    type: 'integer',
    atLeast: 2,
    default: 8,
    description: 'Subspaces taken on the way from source to target, both ends among them.',
    effect: 'More come nearer to the geodesic flow kernel and make more features.',
  },
};

/** Sees rows in several subspaces on the way from the source's to the target's (sampling geodesic flow, SGF).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs no labels
 * Maps      x ↦ (x·Φ(t₁), …, x·Φ(t_N)) / √N,   t_k = (k − 1)/(N − 1),  N = `nSubspaces`
 * where     Φ(t)ᵢ = aᵢ·cos(tθᵢ) + (mᵢ/sin θᵢ)·sin(tθᵢ), the geodesic from span(ps) to span(pt): aᵢ principal vectors of ps,
 *           θᵢ principal angles, mᵢ across;  ps, pt = leading principal axes of source and target [nFeatures, nComponents]
 * Limit     N → ∞: inner products become those of the geodesic flow kernel
 * Shapes    x [n, nFeatures] → [n, N·nComponents], alike for both domains
 * Assumes   features z-scored per domain; each domain near a subspace, and the truth between them.
 * Errors    INVALID_OPTION for more components than the smallest domain has, or than half of the features; NUMERICAL for a domain of equal rows.
 * Paper     gopalan2011. The reduction by partial least squares that follows there is left to a later step.
 * Example   const { problem } = await new SamplingGeodesicFlow().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class SamplingGeodesicFlow implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/sgf';
  static readonly summary = 'SGF: sees rows in several subspaces between source and target.';
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
  readonly options: Required<SgfOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: SgfOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('SamplingGeodesicFlow', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const method = SamplingGeodesicFlow;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { target } = problem;
    const [ps, pt] = principalAxesOf(
      linearAlgebra,
      method.name,
      [{ x: stackRows(problem.sources.map(({ x }) => x)) }, target],
      this.options.nComponents,
      20,
      // Beyond half of the space two subspaces always share directions, and the way between them is no longer unique.
      Math.max(1, target.x.columns >> 1),
    );
    await step(run, method.name, { stage: 'finding subspaces', done: 1, total: 2 });
    const flow = geodesicFlow(linearAlgebra, ps.axes, pt.axes);
    const map = { matrix: sampledFlow(flow, this.options.nSubspaces) };
    const fitted = new FittedAffine(
      method,
      target.x.columns,
      { sources: problem.sources.map(() => map), target: map },
      linearAlgebra,
      {
        warnings: [],
        facts: { nComponents: ps.variances.length, angles: Array.from(flow.angles) },
      },
    );
    const names = numberedFeatures(map.matrix.columns, 'component');
    const mapped = [...problem.sources, target].map(({ x }) =>
      sampledFlow(along(linearAlgebra, x, flow), this.options.nSubspaces),
    );
    return { problem: await withMappedRows(problem, fitted, mapped, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(SamplingGeodesicFlow, state, context);
  }
}

type SampledPart = Pick<GeodesicFlow, 'start' | 'towards' | 'angles'>;

/** The flow as rows see it: x·a and x·m in place of a and m. As Φ is linear in them, so is x·Φ, for a fraction of the products. */
function along(linearAlgebra: LinearAlgebra, x: Matrix, flow: GeodesicFlow): SampledPart {
  return {
    angles: flow.angles,
    start: linearAlgebra.multiply(x, flow.start),
    towards: linearAlgebra.multiply(x, flow.towards),
  };
}

/** [Φ(t₁), …, Φ(t_N)] / √N for N evenly spaced t from 0 to 1 [rows, N·k]. */
function sampledFlow({ start, towards, angles }: SampledPart, count: number): DenseMatrix {
  const { rows, columns: k } = start;
  const ofStart = new Float64Array(count * k);
  const ofTowards = new Float64Array(count * k);
  for (let s = 0, q = 0; s < count; s++) {
    for (let j = 0; j < k; j++, q++) {
      const t = s / (count - 1);
      const angle = angles[j];
      ofStart[q] = Math.cos(t * angle) / Math.sqrt(count);
      // sin(tθ)/sin θ tends to t where the subspaces share the direction.
      ofTowards[q] = (angle < 1e-8 ? t : Math.sin(t * angle) / Math.sin(angle)) / Math.sqrt(count);
    }
  }
  const wide = denseMatrix(rows, count * k);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let s = 0, q = 0; s < count; s++) {
      for (let j = i * k; j < (i + 1) * k; j++, p++, q++) {
        wide.data[p] = ofStart[q] * start.data[j] + ofTowards[q] * towards.data[j];
      }
    }
  }
  return wide;
}

import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  Fitted,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  StateReader,
  step,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { canonicalPairs, type View } from './internal/canonical-pairs.js';
import { centre, frobeniusNorm } from './internal/centred.js';
import { firstColumns } from './internal/first-columns.js';
import { checkCount, emptyPairs, pairedRows } from './internal/paired-rows.js';
import {
  project,
  type Projection,
  projectionArrays,
  readProjection,
} from './internal/projection.js';

export interface CcaMapOptions {
  /** How many shared components to keep: a whole number ≥ 1, or `'all'` (default) that the pairs support. More keep weaker correlations. */
  readonly nComponents?: number | 'all';
  /** Ridge on both covariances, as a share of the mean variance of the domain's features. In [0, ∞), default 0.3. Larger values trust the pairs less. */
  readonly regularization?: number;
  /** Components are multiplied by their correlation to this power. In [0, ∞), default 1; 0 is the published form. Larger values let weak components count less. */
  readonly correlationPower?: number;
}

const schema: OptionSchema<CcaMapOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['all'],
    default: 'all',
    description: 'How many shared components to keep, or "all" that the pairs support.',
    effect: 'More keep weaker correlations.',
  },
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 0.3,
    description:
      "Ridge on both covariances, as a share of the mean variance of the domain's features.",
    effect: 'Larger values trust the pairs less.',
  },
  correlationPower: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'Components are multiplied by their correlation to this power.',
    effect: 'Larger values let weak components count less.',
  },
};

/** Projects both domains on the directions in which paired rows agree most (canonical correlation analysis).
 *
 * Setting   one source · any features, also different ones · needs paired rows, no labels
 * Solves    max_{A,B} tr(A'·cst·B)   with A'(css + λs·I)A = I, B'(ctt + λt·I)B = I
 * where     css, ctt, cst are covariances of the paired rows (divisor nPairs); λs = `regularization` · tr(css) / nSource, λt alike
 *           closed form: singular vectors of (css + λs·I)^(−1/2)·cst·(ctt + λt·I)^(−1/2); its singular values are the correlations ρ
 * Shapes    pairs [nPairs, nSource], [nPairs, nTarget] → rows become (x − mean)·A·diag(ρ^p), and with B for the target,
 *           [n, nComponents], features `canonical 1` …; p = `correlationPower`
 * Assumes   what both domains say about a thing are linear views of something shared, plus noise of their own.
 * Errors    INVALID_DATA where the pairs of a domain are all equal; NUMERICAL where `regularization` is 0 and the pairs
 *           leave a covariance singular; INVALID_OPTION where `nComponents` is more than the pairs support.
 * Paper     hotelling1936; ridge after vinod1976; power after gong2014 (p = 4 there; p = 0 is plain CCA).
 * Example   const { problem } = await new CcaMap().fit({ source: { x: xs, y }, target: { x: xt }, pairs: { source, target } });
 */
export class CcaMap implements ProblemStrategy<FittedCcaMap> {
  static readonly id = 'heterogeneous/cca-map';
  static readonly summary = 'CCA: projects both domains on what their paired rows share.';
  static readonly setting: Setting = {
    role: 'mapper',
    features: 'any',
    sources: 'one',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'required',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<CcaMapOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: CcaMapOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('CcaMap', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedCcaMap>> {
    const problem = prepareProblem(CcaMap, input, run);
    const pairs = pairedRows(problem, 'CcaMap');
    const linearAlgebra = this.#linearAlgebra;
    const { regularization, nComponents, correlationPower } = this.options;
    const source = principalView(linearAlgebra, pairs.source, regularization, 'source');
    await step(run, 'CcaMap', { stage: 'factoring the paired source rows', done: 1, total: 2 });
    const target = principalView(linearAlgebra, pairs.target, regularization, 'target');
    await step(run, 'CcaMap', { stage: 'factoring the paired target rows', done: 2, total: 2 });
    const supported = Math.min(source.spread.length, target.spread.length);
    const count = checkCount('CcaMap', nComponents, supported);
    const { correlations, first, second } = canonicalPairs(linearAlgebra, source, target, count);
    const parts: CcaParts = {
      correlations,
      correlationPower,
      source: { mean: source.mean, weights: linearAlgebra.multiply(source.directions, first) },
      target: { mean: target.mean, weights: linearAlgebra.multiply(target.directions, second) },
    };
    const diagnostics: Diagnostics = {
      warnings: [],
      facts: { nPairs: pairs.source.rows, correlations: Array.from(correlations) },
    };
    const fitted = new FittedCcaMap(parts, linearAlgebra, diagnostics);
    const features = numberedFeatures(count, 'canonical');
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedCcaMap {
    const reader = new StateReader(state, CcaMap.id, 1);
    const correlations = reader.array('correlations', -1);
    const parts: CcaParts = {
      correlations,
      correlationPower: reader.number('correlationPower'),
      source: readProjection(reader, 'source', correlations.length),
      target: readProjection(reader, 'target', correlations.length),
    };
    return new FittedCcaMap(parts, context.linearAlgebra, { warnings: [] });
  }
}

interface CcaParts {
  readonly correlations: Float64Array;
  readonly correlationPower: number;
  readonly source: Projection;
  readonly target: Projection;
}

/** A fitted CCA map: one projection per domain into the shared components. */
export class FittedCcaMap extends Fitted implements FittedStep {
  /** Facts: `nPairs`, `correlations`. */
  readonly diagnostics: Diagnostics;
  /** Regularised canonical correlations, descending, in [0, 1] [nComponents]. */
  readonly correlations: Float64Array;
  /** Canonical weights A [nSource, nComponents], before `correlationPower`. */
  readonly sourceWeights: DenseMatrix;
  /** Canonical weights B [nTarget, nComponents], before `correlationPower`. */
  readonly targetWeights: DenseMatrix;
  readonly #parts: CcaParts;
  readonly #scale: Float64Array;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(parts: CcaParts, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.diagnostics = diagnostics;
    this.correlations = parts.correlations;
    this.sourceWeights = parts.source.weights;
    this.targetWeights = parts.target.weights;
    this.#parts = parts;
    this.#scale = parts.correlations.map((value) => value ** parts.correlationPower);
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const { source, target } = this.#parts;
    const side = resolveDomain(domain) === 'target' ? target : source;
    const scores = project(this.#linearAlgebra, 'CcaMap', x, side);
    const { data, columns } = scores;
    for (let p = 0; p < data.length; p++) data[p] *= this.#scale[p % columns];
    return scores;
  }

  override toState(): FittedState {
    const { correlations, correlationPower, source, target } = this.#parts;
    return {
      id: CcaMap.id,
      version: 1,
      values: { correlationPower },
      arrays: {
        correlations: { shape: [correlations.length], data: correlations },
        ...projectionArrays('source', source),
        ...projectionArrays('target', target),
      },
      parts: {},
    };
  }
}

interface PrincipalView extends View {
  readonly mean: Float64Array;
  /** Principal directions [nFeatures, rank]; the centred pairs are √nPairs · axes·diag(spread)·directions'. */
  readonly directions: DenseMatrix;
}

/** The paired rows of one domain along their principal directions of positive variance. */
function principalView(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  regularization: number,
  domain: 'source' | 'target',
): PrincipalView {
  const { mean, rows } = centre(x);
  const size = frobeniusNorm(rows);
  if (size === 0) throw emptyPairs('CcaMap', `the paired ${domain} rows are all equal`);
  const { u, s, v } = linearAlgebra.svd(rows);
  const negligible = Number.EPSILON * Math.max(x.rows, x.columns) * s[0];
  const rank = s.filter((value) => value > negligible).length;
  if (regularization === 0 && rank < x.columns) throw singular(domain, rank, x.columns, x.rows);
  const root = Math.sqrt(x.rows);
  return {
    mean,
    axes: firstColumns(u, rank),
    directions: firstColumns(v, rank),
    spread: s.subarray(0, rank).map((value) => value / root),
    ridgeRoot: (Math.sqrt(regularization / x.columns) * size) / root,
  };
}

function singular(domain: string, rank: number, nFeatures: number, nPairs: number): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who: 'CcaMap',
    message: `the covariance of the ${nPairs} paired ${domain} rows has rank ${rank} of ${nFeatures}, so correlations are not defined without a ridge. Raise "regularization" above 0, or reduce the features with PCA first.`,
    details: { operation: 'canonical correlation', domain, rank, expected: nFeatures },
  });
}

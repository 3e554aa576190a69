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
  TransferProblem,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  Fitted,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  selectRows,
  stackRows,
  StateReader,
  step,
  toDense,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { centred, meanRow } from './internal/centred.js';
import { columnRanges } from './internal/scaling.js';
import {
  countAbove,
  countForShare,
  firstColumns,
  varianceDirections,
} from './internal/variance-directions.js';

export interface PrincipalComponentsOptions {
  /** How many to keep: a whole number, or `'all'` (default) that have variance. More keep more of the data. */
  readonly nComponents?: number | 'all';
  /** Keep no more than needed for this share of the variance. In (0, 1], default 1. */
  readonly varianceShare?: number;
  /** Rows that decide the directions: all domains on top of each other (default), the sources, or the target. */
  readonly fitOn?: 'all' | 'source' | 'target';
  /** Whether source rows count by their weights, a row of weight 2 like the row twice. Default false: all count alike. */
  readonly weighted?: boolean;
  /** Whether scores are divided by their standard deviation. Default false. */
  readonly whiten?: boolean;
}

const schema: OptionSchema<PrincipalComponentsOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['all'],
    default: 'all',
    description: 'How many components to keep, or "all" that have variance.',
    effect: 'More keep more of the data.',
  },
  varianceShare: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 1,
    description: 'Keep no more components than needed for this share of the variance.',
    effect: 'Smaller shares keep fewer components.',
  },
  fitOn: {
    type: 'choice',
    values: ['all', 'source', 'target'],
    default: 'all',
    description: 'Rows that decide the directions; all domains are projected on the same ones.',
  },
  weighted: {
    type: 'boolean',
    default: false,
    description: 'Whether source rows count by their weights; target rows have weight 1.',
  },
  whiten: {
    type: 'boolean',
    default: false,
    description: 'Whether scores are divided by their standard deviation.',
  },
};

/** Projects all domains on the directions of largest variance (PCA).
 *
 * Setting   preprocessing · any number of sources · same features · needs no labels; row weights only with `weighted`
 * Solves    max tr(Vᵀ·C·V), VᵀV = I                   columns of V: eigenvectors of C with the largest eigenvalues
 * where     C = cov(x), n − 1; x the rows of `fitOn`  scores = (x − mean)·V, over √eigenvalue with `whiten`
 * weighted  mean = Σ w·x / Σ w, C = Σ w·(x − mean)·(x − mean)ᵀ / (Σ w − 1), the divisor at least 1
 * Shapes    x [n, nFeatures] → [n, nComponents], features `component 1` …; sparse rows are made dense
 * Assumes   directions of large variance matter for the task. It does not bring domains together.
 * Errors    INVALID_OPTION where `nComponents` exceeds nFeatures; INVALID_DATA where all rows are equal.
 * Paper     pearson1901; signs: the entry of largest magnitude in each direction is positive.
 * Example   const { problem } = await new PrincipalComponents({ nComponents: 20 }).fit({ source: { x: xs }, target: { x: xt } });
 */
export class PrincipalComponents implements ProblemStrategy<FittedPrincipalComponents> {
  static readonly id = 'learners/principal-components';
  static readonly summary = 'PCA: projects all domains on the directions of largest variance.';
  static readonly setting: Setting = {
    role: 'preprocessing',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<PrincipalComponentsOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: PrincipalComponentsOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('PrincipalComponents', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPrincipalComponents>> {
    const problem = prepareProblem(PrincipalComponents, input, run);
    const { nComponents, whiten, varianceShare, fitOn, weighted } = this.options;
    const { x, weights } = rowsOf(problem, fitOn, weighted);
    if (nComponents !== 'all' && nComponents > x.columns) throw tooMany(nComponents, x.columns);
    const wanted = nComponents === 'all' ? x.columns : nComponents;
    if (rowsAreEqual(x)) throw allEqual();
    const mean = meanRow(x, weights);
    await step(run, 'PrincipalComponents', { stage: 'centring', done: 1, total: 2 });
    const { values, vectors, total } = varianceDirections(
      this.#linearAlgebra,
      centred(x, mean, weights),
      wanted,
      weights?.reduce((sum, weight) => sum + weight, 0),
    );
    const rank = countAbove(
      values,
      Number.EPSILON * Math.max(x.rows, x.columns) * (values[0] ?? 0),
    );
    const warnings: Warning[] = [];
    if (nComponents !== 'all' && rank < nComponents)
      warnings.push(fewerThanAsked(nComponents, rank));
    if (x.format === 'csr') warnings.push(madeDense());
    const count = countForShare(values.subarray(0, rank), varianceShare * total);
    const fitted = new FittedPrincipalComponents(
      {
        mean,
        components: firstColumns(vectors, count),
        explainedVariance: values.slice(0, count),
        totalVariance: total,
        whiten,
      },
      this.#linearAlgebra,
      { warnings },
    );
    const features = numberedFeatures(count, 'component');
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedPrincipalComponents {
    const reader = new StateReader(state, PrincipalComponents.id, 1);
    const components = reader.matrix('components');
    return new FittedPrincipalComponents(
      {
        mean: reader.array('mean', components.rows),
        components,
        explainedVariance: reader.array('explainedVariance', components.columns),
        totalVariance: reader.number('totalVariance'),
        whiten: reader.value('whiten') === true,
      },
      context.linearAlgebra,
      { warnings: [] },
    );
  }
}

interface Projection {
  /** [nFeatures]. */
  readonly mean: Float64Array;
  /** [nFeatures, nComponents], orthonormal columns. */
  readonly components: DenseMatrix;
  /** Variance of each score, divisor n − 1, descending. */
  readonly explainedVariance: Float64Array;
  /** Sum of the variances of all features. */
  readonly totalVariance: number;
  readonly whiten: boolean;
}

/** A fitted projection on principal components. */
export class FittedPrincipalComponents extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** [nFeatures]. */
  readonly mean: Float64Array;
  /** [nFeatures, nComponents], orthonormal columns. */
  readonly components: DenseMatrix;
  /** Variance of each score before whitening, divisor n − 1, descending. */
  readonly explainedVariance: Float64Array;
  /** {@link explainedVariance} over the variance of all features. */
  readonly explainedShare: Float64Array;
  readonly #projection: Projection;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(projection: Projection, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.mean = projection.mean;
    this.components = projection.components;
    this.explainedVariance = projection.explainedVariance;
    this.explainedShare = projection.explainedVariance.map((v) => v / projection.totalVariance);
    this.diagnostics = diagnostics;
    this.#projection = projection;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const rows = checkRows('PrincipalComponents', x, this.mean.length);
    const scores = this.#linearAlgebra.multiply(centred(rows, this.mean), this.components);
    if (this.#projection.whiten) this.#scale(scores, (spread) => 1 / spread);
    return scores;
  }

  /** Rows of features again from scores [n, nComponents]: the nearest points of the plane that the components span. */
  reconstruct(scores: MatrixInput): DenseMatrix {
    const given = checkRows('PrincipalComponents', scores, this.components.columns);
    const plain = centred(given, new Float64Array(this.components.columns));
    if (this.#projection.whiten) this.#scale(plain, (spread) => spread);
    const rows = this.#linearAlgebra.multiply(plain, this.components, { transposeB: true });
    for (let p = 0; p < rows.data.length; p++) rows.data[p] += this.mean[p % rows.columns];
    return rows;
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.components;
    return {
      id: PrincipalComponents.id,
      version: 1,
      values: { totalVariance: this.#projection.totalVariance, whiten: this.#projection.whiten },
      arrays: {
        mean: { shape: [rows], data: this.mean },
        components: { shape: [rows, columns], data },
        explainedVariance: { shape: [columns], data: this.explainedVariance },
      },
      parts: {},
    };
  }

  #scale({ data, columns }: DenseMatrix, factor: (spread: number) => number): void {
    const factors = this.explainedVariance.map((variance) => factor(Math.sqrt(variance)));
    for (let p = 0; p < data.length; p++) data[p] *= factors[p % columns];
  }
}

/** The rows that decide; with weights only those that have some. */
function rowsOf(
  { sources, target }: TransferProblem,
  fitOn: 'all' | 'source' | 'target',
  weighted: boolean,
): { x: Matrix; weights?: Float64Array } {
  if (fitOn === 'target') return { x: target.x };
  const domains = fitOn === 'all' ? [...sources, target] : sources;
  const x = stackRows(domains.map((domain) => domain.x));
  if (!weighted || sources.every((source) => !source.weights)) return { x };
  const weights = domains.flatMap((domain) =>
    Array.from('weights' in domain ? domain.weights : new Float64Array(domain.x.rows).fill(1)),
  );
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i] > 0);
  return { x: selectRows(x, kept), weights: Float64Array.from(kept, (i) => weights[i]) };
}

function rowsAreEqual(x: Matrix): boolean {
  const { least, most } = columnRanges(toDense(x));
  return least.every((value, j) => value === most[j]);
}

function tooMany(nComponents: number, nFeatures: number): TransferError {
  return new TransferError({
    code: 'INVALID_OPTION',
    who: 'PrincipalComponents',
    message: `"nComponents" must not exceed the ${nFeatures} features; received ${nComponents}.`,
    details: { option: 'nComponents', constraint: `≤ ${nFeatures}`, received: nComponents },
  });
}

function allEqual(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'PrincipalComponents',
    message:
      'all rows are equal, so no direction has variance. Give more rows, or leave this step out.',
    details: { reason: 'no-variance' },
  });
}

function fewerThanAsked(asked: number, kept: number): Warning {
  return {
    code: 'RANK_DEFICIENT',
    message: `${asked} components were asked for, but only ${kept} directions have variance; ${kept} are kept.`,
  };
}

function madeDense(): Warning {
  return {
    code: 'MADE_DENSE',
    message: 'PrincipalComponents subtracts means, so sparse rows were made dense.',
  };
}

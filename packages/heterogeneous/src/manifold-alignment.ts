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
  denseMatrix,
  Fitted,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { columnMeans, referenceLinearAlgebra } from '@graft-ml/numerics';
import { alignClasses } from './internal/align-classes.js';
import { minus } from './internal/centred.js';
import type { LabelledView } from './internal/class-pairs.js';
import {
  project,
  type Projection,
  projectionArrays,
  readProjection,
} from './internal/projection.js';
import { checkLabelSpaces, missingClasses } from './internal/shared-classes.js';

export interface ManifoldAlignmentOptions {
  /** μ in [0, ∞), default 1: how much keeping neighbours together counts beside bringing classes together. Larger values trust the labels less. */
  readonly neighbourhoodWeight?: number;
  /** Neighbours of each row in the graph of its domain. A whole number ≥ 1, default 10. */
  readonly neighbours?: number;
  /** γ of edge weights exp(−γ·distance²), above 0, or `'median'` (default): 1 / (2m²), m the domain's median distance. */
  readonly gamma?: number | 'median';
  /** How many shared components: a whole number ≥ 1, or `'classes'` (default), one fewer than there are classes. */
  readonly nComponents?: number | 'classes';
  /** Ridge on the spread between classes, as a share of its mean over the features. Above 0, default 0.001. Larger values need less data and separate less. */
  readonly regularization?: number;
  /** Whether each domain loses its own mean first (`'both'`, default) or not (`'none'`, as published). */
  readonly centring?: 'both' | 'none';
}

const schema: OptionSchema<ManifoldAlignmentOptions> = {
  neighbourhoodWeight: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'μ: how much keeping neighbours together counts beside bringing classes together.',
    effect: 'Larger values trust the labels less.',
  },
  neighbours: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Neighbours of each row in the graph of its domain.',
    effect: 'More neighbours make a smoother map.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of edge weights exp(−γ·distance²), or "median" of the distances.',
    effect: 'Larger values let only the nearest neighbours count.',
  },
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['classes'],
    default: 'classes',
    description: 'How many shared components, or "classes": one fewer than there are classes.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.001,
    description: 'Ridge on the spread between classes, as a share of its mean over the features.',
    effect: 'Larger values need less data and separate less.',
  },
  centring: {
    type: 'choice',
    values: ['both', 'none'],
    default: 'both',
    description: 'Whether each domain loses its own mean first.',
  },
};

/** Maps two domains with other features so that classes meet across them and neighbours stay together (DAMA).
 *
 * Setting   one source · any features, made for different ones · source labels and a few target labels, no pairs · classification
 * Solves    Z·(μ·L + Ls)·Z'·f = w·(Z·Ld·Z' + r·I)·f, smallest w first            a generalised eigenproblem
 * where     Z = blkdiag(xs', xt') of all rows, xt with the labelled rows first; L, Ls, Ld are Laplacians of
 *           the neighbour graphs within each domain, of all pairs of rows of one class, and of all pairs of different classes;
 *           μ = `neighbourhoodWeight`, r = `regularization` · mean of diag(Z·Ld·Z')
 * Shapes    xs [nSource, ds], xt [nTarget, dt] → (x − mean)·weights [n, nComponents], features `aligned 1` …; the first ds entries of f are source
 *           weights, the rest target weights, scaled so that the mean squared distance of rows of different classes is about 1 per component
 * Assumes   classes are compact in both domains, and linear maps can bring them on top of each other.
 * Errors    INVALID_DATA where label spaces differ or all labelled rows are of one class; INVALID_OPTION for more components than features.
 * Warnings  CLASS_MISSING where a class has no labelled target row.
 * Paper     wang2011; they have no ridge and do not centre.
 * Example   const { problem } = await new ManifoldAlignment().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class ManifoldAlignment implements ProblemStrategy<FittedManifoldAlignment> {
  static readonly id = 'heterogeneous/manifold-alignment';
  static readonly summary = 'DAMA: maps both domains so that classes meet and neighbours stay.';
  static readonly setting: Setting = {
    role: 'mapper',
    features: 'different',
    sources: 'one',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<ManifoldAlignmentOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: ManifoldAlignmentOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('ManifoldAlignment', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedManifoldAlignment>> {
    const who = 'ManifoldAlignment';
    const problem = prepareProblem(ManifoldAlignment, input, run);
    checkLabelSpaces(who, problem);
    const [source] = problem.sources;
    const { target } = problem;
    const labelled = target.labelled!;
    const nClasses = source.task.kind === 'classification' ? source.task.classes.length : 0;
    const views = [
      this.#view(source.x, source.y!),
      this.#view(stackRows([labelled.x, target.x]), labelled.y),
    ] as const;
    const size = views[0].rows.columns + views[1].rows.columns;
    const count = countOf(this.options.nComponents, nClasses, size);
    if (views.every(({ y }) => y.every((c) => c === labelled.y[0]))) throw oneClass();
    await step(run, who, { stage: 'reading rows', done: 1, total: 2 });
    const { eigen, nDifferent } = alignClasses(this.#linearAlgebra, {
      ...this.options,
      views,
      nClasses,
      count,
    });
    await step(run, who, { stage: 'aligning', done: 2, total: 2 });
    const split = views[0].rows.columns * count;
    const scaled = eigen.vectors.data.map((value) => value * Math.sqrt(nDifferent));
    const fitted = new FittedManifoldAlignment(
      {
        source: { mean: views[0].mean, weights: rowsFrom(scaled.subarray(0, split), count) },
        target: { mean: views[1].mean, weights: rowsFrom(scaled.subarray(split), count) },
      },
      this.#linearAlgebra,
      {
        warnings: missingClasses(labelled.y, source.task),
        facts: { eigenvalues: Array.from(eigen.values) },
      },
    );
    const features = numberedFeatures(count, 'aligned');
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedManifoldAlignment {
    const reader = new StateReader(state, ManifoldAlignment.id, 1);
    const count = reader.number('nComponents', true);
    const sides = {
      source: readProjection(reader, 'source', count),
      target: readProjection(reader, 'target', count),
    };
    return new FittedManifoldAlignment(sides, context.linearAlgebra, { warnings: [] });
  }

  /** Rows of a domain, the first of them with labels `y`. */
  #view(x: Matrix, y: Float64Array): LabelledView & { readonly mean: Float64Array } {
    const mean = this.options.centring === 'both' ? columnMeans(x) : new Float64Array(x.columns);
    return { rows: minus(x, mean), y, mean };
  }
}

/** A fitted manifold alignment: one projection per domain into the shared components. */
export class FittedManifoldAlignment extends Fitted implements FittedStep {
  /** Facts: `eigenvalues` w, ascending. */
  readonly diagnostics: Diagnostics;
  /** [ds, nComponents]. */
  readonly sourceWeights: DenseMatrix;
  /** [dt, nComponents]. */
  readonly targetWeights: DenseMatrix;
  readonly #sides: { readonly source: Projection; readonly target: Projection };
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    sides: { readonly source: Projection; readonly target: Projection },
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics,
  ) {
    super();
    this.diagnostics = diagnostics;
    this.sourceWeights = sides.source.weights;
    this.targetWeights = sides.target.weights;
    this.#sides = sides;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const side = resolveDomain(domain) === 'target' ? this.#sides.target : this.#sides.source;
    return project(this.#linearAlgebra, 'ManifoldAlignment', x, side);
  }

  override toState(): FittedState {
    return {
      id: ManifoldAlignment.id,
      version: 1,
      values: { nComponents: this.sourceWeights.columns },
      arrays: {
        ...projectionArrays('source', this.#sides.source),
        ...projectionArrays('target', this.#sides.target),
      },
      parts: {},
    };
  }
}

function countOf(asked: number | 'classes', nClasses: number, size: number): number {
  const count = asked === 'classes' ? Math.min(nClasses - 1, size) : asked;
  if (count <= size) return count;
  throw new TransferError({
    code: 'INVALID_OPTION',
    who: 'ManifoldAlignment',
    message: `"nComponents" must be at most ${size}, the features of both domains together; received ${count}.`,
    details: { option: 'nComponents', expected: size, received: count },
  });
}

function rowsFrom(data: Float64Array, columns: number): DenseMatrix {
  return denseMatrix(data.length / columns, columns, data.slice());
}

function oneClass(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'ManifoldAlignment',
    message: 'needs labelled rows of at least two classes; all are of one.',
    details: { argument: 'source.y', reason: 'one-class' },
  });
}

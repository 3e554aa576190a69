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
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { canonicalPairs } from './internal/canonical-pairs.js';
import {
  kernelProjection,
  type KernelName,
  type KernelProjection,
  kernelProjectionArrays,
  kernelView,
  projectByKernel,
  readKernelName,
  readKernelProjection,
} from './internal/kernel-projection.js';
import { checkCount, pairedRows } from './internal/paired-rows.js';

export interface KernelCcaOptions {
  /** How rows are compared: `'rbf'` (default) `exp(−γ‖x−y‖²)`, `'cosine'` or `'linear'`. */
  readonly kernel?: 'rbf' | 'cosine' | 'linear';
  /** γ of the source's RBF kernel, above 0, or `'median'` (default): 1 / (2m²), m the median distance of its paired rows. Larger values see finer detail. */
  readonly gammaSource?: number | 'median';
  /** γ of the target's RBF kernel, above 0, or `'median'` (default). */
  readonly gammaTarget?: number | 'median';
  /** How many shared components to keep: a whole number ≥ 1, or `'all'` (default) that the pairs support. More keep weaker correlations. */
  readonly nComponents?: number | 'all';
  /** κ / nPairs: ridge per pair, in units of the kernel. Above 0, default 0.01. Larger values trust the pairs less. */
  readonly regularization?: number;
  /** Components are multiplied by their correlation to this power. In [0, ∞), default 1; 0 is the published form. Larger values let weak components count less. */
  readonly correlationPower?: number;
}

const schema: OptionSchema<KernelCcaOptions> = {
  kernel: {
    type: 'choice',
    values: ['rbf', 'cosine', 'linear'],
    default: 'rbf',
    description: 'How rows are compared.',
  },
  gammaSource: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the source\'s RBF kernel, or "median" of its paired rows\' distances.',
    effect: 'Larger values see finer detail.',
  },
  gammaTarget: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the target\'s RBF kernel, or "median" of its paired rows\' distances.',
    effect: 'Larger values see finer detail.',
  },
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
    above: 0,
    default: 0.01,
    description: 'κ / nPairs: ridge per pair, in units of the kernel.',
    effect: 'Larger values trust the pairs less; without it every correlation would be 1.',
  },
  correlationPower: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'Components are multiplied by their correlation to this power.',
    effect: 'Larger values let weak components count less.',
  },
};

/** Projects both domains on the curved directions in which paired rows agree most (kernel canonical correlation analysis).
 *
 * Setting   one source · any features, also different ones · needs paired rows, no labels
 * Solves    max tr(A'·Ks·Kt·B)   with A'(Ks² + κKs)A = n·I, B'(Kt² + κKt)B = n·I
 * where     Ks, Kt [n, n] are centred kernel matrices of the n paired rows, κ = n · `regularization`
 *           by eigenvectors Ks = V·diag(l)·V': singular vectors of diag(√(l/(l+κ)))·Vs'Vt·diag(√(l/(l+κ)))
 * Shapes    rows become k(x)·A·diag(ρ^p), k(x) the kernel values of x with the paired rows of its domain, centred like Ks
 *           [n rows, nComponents], features `canonical 1` …; p = `correlationPower`, ρ the regularised correlations
 * Assumes   what both domains say about a thing are smooth views of something shared, plus noise of their own.
 * Cost      O(nPairs³) once, nPairs kernel values per new row; the paired rows are kept.
 * Errors    INVALID_DATA where the pairs of a domain are all alike; INVALID_OPTION where `nComponents` is
 *           more than the pairs support.
 * Paper     akaho2001, hardoon2004 (regularisation κ, section 4.3); power after gong2014.
 * Example   const { problem } = await new KernelCca().fit({ source: { x: xs, y }, target: { x: xt }, pairs: { source, target } });
 */
export class KernelCca implements ProblemStrategy<FittedKernelCca> {
  static readonly id = 'heterogeneous/kernel-cca';
  static readonly summary =
    'Kernel CCA: projects both domains on what their paired rows share, curved or not.';
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
  readonly options: Required<KernelCcaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: KernelCcaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('KernelCca', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedKernelCca>> {
    const problem = prepareProblem(KernelCca, input, run);
    const pairs = pairedRows(problem, 'KernelCca');
    const linearAlgebra = this.#linearAlgebra;
    const { kernel, gammaSource, gammaTarget, regularization } = this.options;
    const { nComponents, correlationPower } = this.options;
    const view = { kernel, regularization };
    const source = kernelView(linearAlgebra, pairs.source, { ...view, gamma: gammaSource });
    await step(run, 'KernelCca', { stage: 'comparing the paired source rows', done: 1, total: 2 });
    const target = kernelView(linearAlgebra, pairs.target, { ...view, gamma: gammaTarget });
    await step(run, 'KernelCca', { stage: 'comparing the paired target rows', done: 2, total: 2 });
    const supported = Math.min(source.spread.length, target.spread.length);
    const count = checkCount('KernelCca', nComponents, supported);
    const { correlations, first, second } = canonicalPairs(linearAlgebra, source, target, count);
    const parts: KernelCcaParts = {
      kernel,
      correlations,
      correlationPower,
      source: kernelProjection(linearAlgebra, source, first),
      target: kernelProjection(linearAlgebra, target, second),
    };
    const diagnostics: Diagnostics = {
      warnings: [],
      facts: {
        nPairs: pairs.source.rows,
        correlations: Array.from(correlations),
        gammaSource: source.gamma,
        gammaTarget: target.gamma,
      },
    };
    const fitted = new FittedKernelCca(parts, linearAlgebra, diagnostics);
    const features = numberedFeatures(count, 'canonical');
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelCca {
    const reader = new StateReader(state, KernelCca.id, 1);
    const correlations = reader.array('correlations', -1);
    const parts: KernelCcaParts = {
      kernel: readKernelName(reader, KernelCca.id),
      correlations,
      correlationPower: reader.number('correlationPower'),
      source: readKernelProjection(reader, 'source', correlations.length),
      target: readKernelProjection(reader, 'target', correlations.length),
    };
    return new FittedKernelCca(parts, context.linearAlgebra, { warnings: [] });
  }
}

interface KernelCcaParts {
  readonly kernel: KernelName;
  readonly correlations: Float64Array;
  readonly correlationPower: number;
  readonly source: KernelProjection;
  readonly target: KernelProjection;
}

/** A fitted kernel CCA: the paired rows of each domain and their weights in every component. */
export class FittedKernelCca extends Fitted implements FittedStep {
  /** Facts: `nPairs`, `correlations`, `gammaSource`, `gammaTarget` (0 where the kernel has none). */
  readonly diagnostics: Diagnostics;
  /** Regularised canonical correlations, descending, in [0, 1] [nComponents]. */
  readonly correlations: Float64Array;
  /** A [nPairs, nComponents], columns centred, before `correlationPower`. */
  readonly sourceWeights: DenseMatrix;
  /** B [nPairs, nComponents], columns centred, before `correlationPower`. */
  readonly targetWeights: DenseMatrix;
  readonly #parts: KernelCcaParts;
  readonly #scale: Float64Array;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(parts: KernelCcaParts, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
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
    const { kernel, source, target } = this.#parts;
    const side = resolveDomain(domain) === 'target' ? target : source;
    const scores = projectByKernel(this.#linearAlgebra, 'KernelCca', x, kernel, side);
    const { data, columns } = scores;
    for (let p = 0; p < data.length; p++) data[p] *= this.#scale[p % columns];
    return scores;
  }

  override toState(): FittedState {
    const { kernel, correlations, correlationPower, source, target } = this.#parts;
    return {
      id: KernelCca.id,
      version: 1,
      values: {
        kernel,
        correlationPower,
        'source gamma': source.gamma,
        'target gamma': target.gamma,
      },
      arrays: {
        correlations: { shape: [correlations.length], data: correlations },
        ...kernelProjectionArrays('source', source),
        ...kernelProjectionArrays('target', target),
      },
      parts: {},
    };
  }
}

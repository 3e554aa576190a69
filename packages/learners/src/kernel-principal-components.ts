import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  Kernel,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { centreKernel, referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  chooseKernel,
  type KernelOptions,
  kernelSchema,
  kernelValue,
  readKernel,
} from './internal/kernel-choice.js';
import { matrixArrays, readMatrix } from './internal/task-state.js';

export interface KernelPrincipalComponentsOptions extends KernelOptions {
  /** How many to keep: a whole number ≥ 1, default 10. More keep more of the data. */
  readonly nComponents?: number;
  /** Rows that decide the directions: all domains on top of each other (default), the sources, or the target. */
  readonly fitOn?: 'all' | 'source' | 'target';
}

const schema: OptionSchema<KernelPrincipalComponentsOptions> = {
  ...kernelSchema,
  nComponents: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'How many components to keep.',
    effect: 'More keep more of the data.',
  },
  fitOn: {
    type: 'choice',
    values: ['all', 'source', 'target'],
    default: 'all',
    description: 'Rows that decide the directions; all domains are projected on the same ones.',
  },
};

/** Principal components in the space of a kernel: curved directions of large variance (kernel PCA).
 *
 * Setting   preprocessing · any number of sources · same features · needs no labels; row weights are not used
 * Solves    H·K·H = V·Λ·Vᵀ over the rows of `fitOn`, H = I − 11ᵀ/n
 * where     a row scores k̃(x)·v / √λ with k̃ its kernel values, centred as the training rows; training rows score √λ·v
 * Shapes    x [n, nFeatures] → [n, nComponents], features `component 1` …; sparse rows are compared as they are
 * Assumes   n rows at most some thousands: an n × n matrix is decomposed. Signs as in PrincipalComponents, by the entries of v.
 * Errors    INVALID_DATA where all rows are alike to the kernel.
 * Paper     schoelkopf1998
 * Example   const { problem } = await new KernelPrincipalComponents({ gamma: 0.5 }).fit({ source: { x: xs }, target: { x: xt } });
 */
export class KernelPrincipalComponents implements ProblemStrategy<FittedKernelPrincipalComponents> {
  static readonly id = 'learners/kernel-principal-components';
  static readonly summary = 'Kernel PCA: curved directions of large variance.';
  static readonly setting: Setting = {
    role: 'preprocessing',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<KernelPrincipalComponentsOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: KernelPrincipalComponentsOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('KernelPrincipalComponents', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(
    input: ProblemInput,
    run?: RunOptions,
  ): Promise<Adaptation<FittedKernelPrincipalComponents>> {
    const problem = prepareProblem(KernelPrincipalComponents, input, run);
    const { nComponents, fitOn } = this.options;
    const { sources, target } = problem;
    const parts = sources.map(({ x }) => x);
    const x =
      fitOn === 'target' ? target.x : stackRows(fitOn === 'all' ? [...parts, target.x] : parts);
    const kernel = chooseKernel(this.options, x);
    const similarity = this.#linearAlgebra.kernelMatrix(kernel, x, x);
    await step(run, 'KernelPrincipalComponents', { stage: 'comparing rows', done: 1, total: 2 });
    const count = Math.min(nComponents, x.rows);
    const { values, vectors } = this.#linearAlgebra.eigenSymmetric(centreKernel(similarity), {
      count,
    });
    const rank = values.filter((value) => value > 1e-12 * x.rows * largestDiagonal(similarity));
    if (rank.length === 0) throw allAlike();
    const eigenvalues = rank.slice();
    const fitted = new FittedKernelPrincipalComponents(
      {
        kernel,
        x,
        means: columnMeansOf(similarity),
        eigenvalues,
        directions: scaledColumns(vectors, eigenvalues),
      },
      this.#linearAlgebra,
      { warnings: rank.length < nComponents ? [fewer(nComponents, rank.length)] : [] },
    );
    const features = numberedFeatures(rank.length, 'component');
    return { problem: await transformProblem(problem, fitted, features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelPrincipalComponents {
    const reader = new StateReader(state, KernelPrincipalComponents.id, 1);
    const x = readMatrix(state, reader, 'x', reader.number('nFeatures', true));
    const eigenvalues = reader.array('eigenvalues', -1);
    return new FittedKernelPrincipalComponents(
      {
        kernel: readKernel(state, reader.value('kernel')),
        x,
        means: reader.array('means', x.rows),
        eigenvalues,
        directions: reader.matrix('directions', x.rows, eigenvalues.length),
      },
      context.linearAlgebra,
      { warnings: [] },
    );
  }
}

interface Projection {
  readonly kernel: Kernel;
  /** The rows that decided the directions. */
  readonly x: Matrix;
  /** Mean of each column of their kernel matrix. */
  readonly means: Float64Array;
  readonly eigenvalues: Float64Array;
  /** [x.rows, nComponents]: v / √λ. */
  readonly directions: DenseMatrix;
}

/** A fitted kernel PCA. */
export class FittedKernelPrincipalComponents extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** Eigenvalues of the centred kernel matrix, descending: sums of squared scores. */
  readonly eigenvalues: Float64Array;
  readonly #projection: Projection;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(projection: Projection, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.eigenvalues = projection.eigenvalues;
    this.diagnostics = diagnostics;
    this.#projection = projection;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const { kernel, x: known, means, directions } = this.#projection;
    const rows = checkRows('KernelPrincipalComponents', x, known.columns);
    const similarity = this.#linearAlgebra.kernelMatrix(kernel, rows, known);
    centreRows(similarity, means);
    return this.#linearAlgebra.multiply(similarity, directions);
  }

  override toState(): FittedState {
    const { kernel, x, means, eigenvalues, directions } = this.#projection;
    return {
      id: KernelPrincipalComponents.id,
      version: 1,
      values: { nFeatures: x.columns, kernel: kernelValue(kernel) },
      arrays: {
        ...matrixArrays('x', x),
        means: { shape: [x.rows], data: means },
        eigenvalues: { shape: [eigenvalues.length], data: eigenvalues },
        directions: { shape: [x.rows, eigenvalues.length], data: directions.data },
      },
      parts: {},
    };
  }
}

/** Takes the row's mean and the column means off, and adds the mean of all, in place. */
function centreRows({ rows, columns, data }: DenseMatrix, means: Float64Array): void {
  let all = 0;
  for (const mean of means) all += mean / columns;
  for (let i = 0; i < rows; i++) {
    let own = 0;
    for (let j = 0; j < columns; j++) own += data[i * columns + j] / columns;
    for (let j = 0; j < columns; j++) data[i * columns + j] += all - own - means[j];
  }
}

function columnMeansOf({ rows, columns, data }: DenseMatrix): Float64Array {
  const means = new Float64Array(columns);
  for (let p = 0; p < data.length; p++) means[p % columns] += data[p] / rows;
  return means;
}

/** The first columns, each over the root of its eigenvalue. */
function scaledColumns(vectors: DenseMatrix, eigenvalues: Float64Array): DenseMatrix {
  const scaled = denseMatrix(vectors.rows, eigenvalues.length);
  for (let i = 0; i < vectors.rows; i++) {
    for (let k = 0; k < eigenvalues.length; k++) {
      const value = vectors.data[i * vectors.columns + k];
      scaled.data[i * eigenvalues.length + k] = value / Math.sqrt(eigenvalues[k]);
    }
  }
  return scaled;
}

function largestDiagonal({ rows, data }: DenseMatrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) largest = Math.max(largest, data[i * (rows + 1)]);
  return largest;
}

function allAlike(): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'KernelPrincipalComponents',
    message:
      'all rows are alike to the kernel, so no direction has variance. Give more rows, or another gamma.',
    details: { reason: 'no-variance' },
  });
}

function fewer(asked: number, kept: number): Warning {
  return {
    code: 'RANK_DEFICIENT',
    message: `${asked} components were asked for, but only ${kept} directions have variance; ${kept} are kept.`,
  };
}

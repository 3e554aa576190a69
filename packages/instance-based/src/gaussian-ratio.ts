import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  StateArray,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
  toDense,
  weightProblem,
} from '@graft-ml/core';
import { columnMeans, covariance, referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedWeights, readSummary, type WeightSummary } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import { settle } from './internal/settle.js';

export interface GaussianRatioOptions {
  /** Added to the diagonal of both covariances, as a share of their mean variance. In [0, ∞), default 0.001. Larger values make the weights more even. */
  readonly regularization?: number;
}

const schema: OptionSchema<GaussianRatioOptions> = {
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 0.001,
    description: 'Added to the diagonal of both covariances, as a share of their mean variance.',
    effect: 'Larger values make the weights more even.',
  },
};

/** Weighs source rows by the ratio of two Gaussian densities, one fitted to each domain.
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Weights   w(x) = N(x; mt, Ct) / N(x; ms, Cs), scaled to mean 1
 * where     m, C = mean and covariance (divided by n − 1) of each domain; C + `regularization`·v·I, v the mean variance of both
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   both domains are roughly Gaussian, and P(Y|X) is the same
 * Errors    NUMERICAL where a covariance is singular and `regularization` is 0
 * Paper     shimodaira2000, for the weights; the densities are the plainest there are.
 * Example   const { problem, fitted } = await new GaussianRatio().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class GaussianRatio implements ProblemStrategy<FittedGaussianRatio> {
  static readonly id = 'instance-based/gaussian-ratio';
  static readonly summary =
    'Gaussian ratio: weighs source rows by the ratio of two Gaussian densities.';
  static readonly setting = { ...covariateShift, sparse: 'made dense' } as const;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<GaussianRatioOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: GaussianRatioOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('GaussianRatio', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedGaussianRatio>> {
    const problem = prepareProblem(GaussianRatio, input, run);
    const { sources, target } = problem;
    const linearAlgebra = this.#linearAlgebra;
    const pairs: GaussianPair[] = [];
    const raw: Float64Array[] = [];
    for (const { x } of sources) {
      const pair = this.#fitPair(toDense(x), toDense(target.x));
      const logs = logRatios(linearAlgebra, pair, toDense(x));
      // Brought to a largest weight of 1 before exponentials can overflow; the scale is remembered with the pair.
      const largest = logs.reduce((most, value) => Math.max(most, value), -Infinity);
      raw.push(logs.map((value) => Math.exp(value - largest)));
      pairs.push({ ...pair, shift: pair.shift - largest });
      const progress = { stage: 'fitting densities', done: pairs.length, total: sources.length };
      await step(run, 'GaussianRatio', progress);
    }
    const { weights, scales, summary } = settle({
      who: 'GaussianRatio',
      problem,
      raw,
      advice: 'Raise "regularization", or use a bounded ratio (Rulsif).',
    });
    const scaled = pairs.map((pair, k) => ({ ...pair, shift: pair.shift + Math.log(scales[k]) }));
    return {
      problem: weightProblem(problem, weights),
      fitted: new FittedGaussianRatio(summary, scaled, linearAlgebra),
    };
  }

  #fitPair(xs: DenseMatrix, xt: DenseMatrix): GaussianPair {
    const linearAlgebra = this.#linearAlgebra;
    const cs = covariance(linearAlgebra, xs);
    const ct = covariance(linearAlgebra, xt);
    const ridge = this.options.regularization * ((meanDiagonal(cs) + meanDiagonal(ct)) / 2);
    const source = { mean: columnMeans(xs), factor: linearAlgebra.cholesky(ridged(cs, ridge)) };
    const target = { mean: columnMeans(xt), factor: linearAlgebra.cholesky(ridged(ct, ridge)) };
    const shift = logDiagonal(source.factor) - logDiagonal(target.factor);
    return { source, target, shift };
  }

  static restore(state: FittedState, context: RestoreContext): FittedGaussianRatio {
    const reader = new StateReader(state, GaussianRatio.id, 1);
    const summary = readSummary(reader);
    const d = summary.nFeatures;
    const shifts = reader.array('shifts', summary.effectiveSampleSizes.length);
    const density = (name: string, k: number): Gaussian => ({
      mean: reader.array(`${name} mean ${k}`, d),
      factor: reader.matrix(`${name} factor ${k}`, d, d),
    });
    const pairs = Array.from(shifts, (shift, k) => ({
      source: density('source', k),
      target: density('target', k),
      shift,
    }));
    return new FittedGaussianRatio(summary, pairs, context.linearAlgebra);
  }
}

interface Gaussian {
  readonly mean: Float64Array;
  /** Lower triangular, factor·factorᵀ = covariance. */
  readonly factor: DenseMatrix;
}

/** log ratio = shift + ½·‖Ls⁻¹(x − ms)‖² − ½·‖Lt⁻¹(x − mt)‖². */
interface GaussianPair {
  readonly source: Gaussian;
  readonly target: Gaussian;
  readonly shift: number;
}

/** Two fitted Gaussians per source, and the weights they give to rows they have not seen. */
export class FittedGaussianRatio extends FittedWeights {
  readonly #pairs: readonly GaussianPair[];
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    summary: WeightSummary,
    pairs: readonly GaussianPair[],
    linearAlgebra: LinearAlgebra,
  ) {
    super(GaussianRatio, summary);
    this.#pairs = pairs;
    this.#linearAlgebra = linearAlgebra;
  }

  /** Weights of new rows of source number `source`, on the scale of its training rows. */
  async weigh(x: MatrixInput, source = 0): Promise<Float64Array> {
    const rows: Matrix = checkRows(this.who, x, this.nFeatures);
    return logRatios(this.#linearAlgebra, this.#pairs[source], toDense(rows)).map(Math.exp);
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    const d = this.nFeatures;
    const arrays: Record<string, StateArray> = {
      shifts: {
        shape: [this.#pairs.length],
        data: Float64Array.from(this.#pairs, ({ shift }) => shift),
      },
    };
    this.#pairs.forEach((pair, k) => {
      for (const name of ['source', 'target'] as const) {
        arrays[`${name} mean ${k}`] = { shape: [d], data: pair[name].mean };
        arrays[`${name} factor ${k}`] = { shape: [d, d], data: pair[name].factor.data };
      }
    });
    return arrays;
  }
}

function logRatios(linearAlgebra: LinearAlgebra, pair: GaussianPair, x: DenseMatrix): Float64Array {
  const source = squaredMahalanobis(linearAlgebra, pair.source, x);
  const target = squaredMahalanobis(linearAlgebra, pair.target, x);
  return source.map((value, i) => pair.shift + (value - target[i]) / 2);
}

function squaredMahalanobis(
  linearAlgebra: LinearAlgebra,
  { mean, factor }: Gaussian,
  { rows, columns, data }: DenseMatrix,
): Float64Array {
  const centred = denseMatrix(columns, rows);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) centred.data[j * rows + i] = data[p] - mean[j];
  }
  const solved = linearAlgebra.solveTriangular(factor, centred).data;
  const squares = new Float64Array(rows);
  for (let j = 0, p = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++, p++) squares[i] += solved[p] * solved[p];
  }
  return squares;
}

function ridged({ rows, data }: DenseMatrix, amount: number): DenseMatrix {
  const copy = denseMatrix(rows, rows, Float64Array.from(data));
  for (let i = 0; i < rows; i++) copy.data[i * rows + i] += amount;
  return copy;
}

function meanDiagonal({ rows, data }: DenseMatrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i];
  return sum / rows;
}

/** Σ log Lᵢᵢ, half the log determinant of the covariance. */
function logDiagonal({ rows, data }: DenseMatrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += Math.log(data[i * rows + i]);
  return sum;
}

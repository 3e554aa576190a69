import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RegressionTask,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  denseMatrix,
  LinearAlgebraToken,
  Model,
  resolveOptions,
  StateReader,
  trainingRows,
} from '@graft-ml/core';
import { medianDistance, referenceLinearAlgebra } from '@graft-ml/numerics';
import { canonicalRows, type CanonicalRows } from './internal/canonical-rows.js';
import { meanRow } from './internal/centred.js';
import {
  condition,
  type Covariance,
  correlations,
  noisyCovariance,
  type ProcessParameters,
  tuneParameters,
} from './internal/gaussian-process-fit.js';
import { transposed } from './internal/transposed.js';

export interface GaussianProcessOptions {
  /** How alike values are by distance: `'matern52'` (default, twice differentiable curves) or `'rbf'` (smoother ones). */
  readonly covariance?: Covariance;
  /** Distance over which values are alike: a number in (0, ∞), or `'median'` (default) of all distances. Larger values make flatter curves. */
  readonly lengthScale?: number | 'median';
  /** Variance of the curve, in (0, ∞), default 1, in squared units of the value. */
  readonly signalVariance?: number;
  /** Variance of the noise of a row of weight 1, in (0, ∞), default 0.1, in squared units of the value. More smooth more. */
  readonly noiseVariance?: number;
  /** What the curve returns to far from all rows: 0 (`'zero'`), or the mean value (`'data'`, default). */
  readonly mean?: 'data' | 'zero';
  /** `'likelihood'` starts from the three numbers above and makes the data as likely as it can; `'none'` (default) takes them as they are. */
  readonly tuning?: 'none' | 'likelihood';
}

const schema: OptionSchema<GaussianProcessOptions> = {
  covariance: {
    type: 'choice',
    values: ['matern52', 'rbf'],
    default: 'matern52',
    description: 'How alike values are by distance.',
  },
  lengthScale: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'Distance over which values are alike, or "median" of all distances.',
    effect: 'Larger values make flatter curves.',
  },
  signalVariance: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Variance of the curve, in squared units of the value.',
  },
  noiseVariance: {
    type: 'number',
    above: 0,
    default: 0.1,
    description: 'Variance of the noise of a row of weight 1, in squared units of the value.',
    effect: 'More smooth more.',
  },
  mean: {
    type: 'choice',
    values: ['data', 'zero'],
    default: 'data',
    description: 'What the curve returns to far from all rows.',
  },
  tuning: {
    type: 'choice',
    values: ['none', 'likelihood'],
    default: 'none',
    description: 'Whether length scale and variances are changed to make the data likelier.',
  },
};

/** A distribution over curves, conditioned on the rows: values with their uncertainty (Gaussian process regression).
 *
 * Setting   learner · regression · row weights count as copies
 * Solves    mean(x) = m + kᵀ·α,  var(x) = s − kᵀ·(K + D)⁻¹·k,  α = (K + D)⁻¹·(y − m)
 * where     K = s·c(‖xᵢ − xⱼ‖ / ℓ), s = `signalVariance`, ℓ = `lengthScale`; D = diag(`noiseVariance` / wᵢ);
 *           c: matern52 (1 + a + a²/3)·e^(−a) with a = √5·r, or rbf e^(−r²/2); m: 0, or the weighted mean of y
 * Shapes    x [n, nFeatures], y [n] → values [rows]; `predictWithVariance` gives both; sparse rows are made dense
 * Assumes   noise of equal spread, one length scale for all features, and some thousand rows at most: O(n³).
 * Errors    NUMERICAL where K + D is singular to float64: raise `noiseVariance`.
 * Paper     rasmussen2006, algorithm 2.1
 * Example   const model = await new GaussianProcess({ lengthScale: 0.9 }).fit({ x, y });
 */
export class GaussianProcess implements Learner<GaussianProcessModel> {
  static readonly id = 'learners/gaussian-process';
  static readonly summary = 'Gaussian process: smooth regression with uncertainty.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'model';
  readonly options: Required<GaussianProcessOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: GaussianProcessOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('GaussianProcess', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<GaussianProcessModel> {
    checkAborted(run, 'GaussianProcess');
    const rows = canonicalRows(trainingRows('GaussianProcess', data, ['regression']));
    const { covariance, lengthScale, signalVariance, noiseVariance, mean, tuning } = this.options;
    const level =
      mean === 'zero' ? 0 : meanRow(denseMatrix(rows.y.length, 1, rows.y), rows.weights)[0];
    const centredRows = { ...rows, y: rows.y.map((value) => value - level) };
    const start = {
      covariance,
      lengthScale: lengthScale === 'median' ? this.#median(rows) : lengthScale,
      signalVariance,
      noiseVariance,
    };
    const tuned =
      tuning === 'none' ? undefined : tuneParameters(this.#linearAlgebra, centredRows, start);
    const parameters = tuned?.parameters ?? start;
    const { alpha, logMarginal } = condition(this.#linearAlgebra, centredRows, parameters);
    const parts = { parameters, level, x: rows.x, weights: rows.weights, alpha };
    return new GaussianProcessModel(parts, this.#linearAlgebra, {
      warnings: [],
      ...(tuned
        ? { iterations: tuned.iterations, converged: tuned.converged, stopReason: tuned.reason }
        : {}),
      facts: {
        logMarginal,
        lengthScale: parameters.lengthScale,
        signalVariance: parameters.signalVariance,
        noiseVariance: parameters.noiseVariance,
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): GaussianProcessModel {
    const reader = new StateReader(state, GaussianProcess.id, 1);
    const x = reader.matrix('x');
    const parts = {
      parameters: {
        covariance: reader.value('covariance') === 'rbf' ? ('rbf' as const) : ('matern52' as const),
        lengthScale: reader.number('lengthScale'),
        signalVariance: reader.number('signalVariance'),
        noiseVariance: reader.number('noiseVariance'),
      },
      level: reader.number('level'),
      x,
      weights: reader.array('weights', x.rows),
      alpha: reader.array('alpha', x.rows),
    };
    return new GaussianProcessModel(parts, context.linearAlgebra, { warnings: [] });
  }

  /** The median distance of different rows; 1 where there are none, and then it does not matter. */
  #median({ x }: CanonicalRows): number {
    const spread = x.data.some((value, p) => value !== x.data[p % x.columns]);
    return spread ? medianDistance(this.#linearAlgebra, x) : 1;
  }
}

interface ProcessParts {
  readonly parameters: ProcessParameters;
  readonly level: number;
  readonly x: DenseMatrix;
  readonly weights: Float64Array;
  readonly alpha: Float64Array;
}

/** A fitted Gaussian process. */
export class GaussianProcessModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: RegressionTask = { kind: 'regression' };
  readonly nFeatures: number;
  readonly #parts: ProcessParts;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(parts: ProcessParts, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.nFeatures = parts.x.columns;
    this.diagnostics = diagnostics;
    this.#parts = parts;
    this.#linearAlgebra = linearAlgebra;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return this.#means(this.#similarity(x));
  }

  /** Means and variances of the curve at each row; noise is not added. */
  async predictWithVariance(
    x: MatrixInput,
  ): Promise<{ readonly mean: Float64Array; readonly variance: Float64Array }> {
    const similarity = this.#similarity(x);
    const { parameters, x: known, weights } = this.#parts;
    const covariance = noisyCovariance(this.#linearAlgebra, { x: known, weights }, parameters);
    const lower = this.#linearAlgebra.cholesky(covariance);
    const white = this.#linearAlgebra.solveTriangular(lower, transposed(similarity));
    const variance = new Float64Array(similarity.rows).fill(parameters.signalVariance);
    for (let p = 0; p < white.data.length; p++) {
      variance[p % similarity.rows] -= white.data[p] * white.data[p];
    }
    return { mean: this.#means(similarity), variance: variance.map((v) => Math.max(0, v)) };
  }

  override toState(): FittedState {
    const { parameters, level, x, weights, alpha } = this.#parts;
    return {
      id: GaussianProcess.id,
      version: 1,
      values: { ...parameters, level },
      arrays: {
        x: { shape: [x.rows, x.columns], data: x.data },
        weights: { shape: [x.rows], data: weights },
        alpha: { shape: [x.rows], data: alpha },
      },
      parts: {},
    };
  }

  #similarity(x: MatrixInput): DenseMatrix {
    const { parameters, x: known } = this.#parts;
    const rows = checkRows('GaussianProcess', x, this.nFeatures);
    const { covariance, lengthScale, signalVariance } = parameters;
    const similarity = correlations(this.#linearAlgebra, covariance, lengthScale, rows, known);
    for (let p = 0; p < similarity.data.length; p++) similarity.data[p] *= signalVariance;
    return similarity;
  }

  #means(similarity: DenseMatrix): Float64Array {
    const { alpha, level } = this.#parts;
    const column = denseMatrix(alpha.length, 1, alpha);
    return this.#linearAlgebra.multiply(similarity, column).data.map((value) => value + level);
  }
}

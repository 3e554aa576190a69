import type {
  DenseMatrix,
  FittedState,
  LabelledInput,
  Learner,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  denseMatrix,
  LinearAlgebraToken,
  resolveOptions,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { elasticNet, referenceLinearAlgebra } from '@graft-ml/numerics';
import { centred, meanRow } from './internal/centred.js';
import { descendOnGram, type GramSolution } from './internal/gram-descent.js';
import { linearPartsFromState, LinearRegressionModel } from './internal/linear-model.js';
import { centredProducts } from './internal/shifted-gram.js';
import { notConverged } from './internal/warnings.js';

export interface ElasticNetOptions {
  /** λ in (0, ∞), default 1. Larger values give smaller and fewer coefficients. */
  readonly regularization?: number;
  /** Share of the absolute values in the penalty, in [0, 1], default 0.5: 1 is the lasso, 0 is ridge. */
  readonly l1Ratio?: number;
  /** Whether there is an intercept, never penalised. Default true. */
  readonly intercept?: boolean;
  /** Duality gap at which to stop, as a share of half the weighted variance of the values. In (0, ∞), default 1e-8. */
  readonly tolerance?: number;
  /** Sweeps over all coefficients: a whole number ≥ 1, default 10000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<ElasticNetOptions> = {
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, the weight of the penalty.',
    effect: 'Larger values give smaller and fewer coefficients.',
  },
  l1Ratio: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0.5,
    description: 'Share of the absolute values in the penalty: 1 is the lasso, 0 is ridge.',
    effect: 'Larger values give fewer coefficients.',
  },
  intercept: {
    type: 'boolean',
    default: true,
    description: 'Whether there is an intercept, which is never penalised.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-8,
    description: 'Duality gap at which to stop, as a share of half the variance of the values.',
    effect: 'Smaller values give more digits and take more sweeps.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10000,
    description: 'After how many sweeps to stop with a NOT_CONVERGED warning.',
  },
};

// A Gram matrix of 32 MiB.
const mostColumns = 2048;
// Below this, rounding in sums of squares would hide the gap.
const leastTolerance = 1e-12;

/** Linear least squares with a penalty on absolute values and squares: coefficients that do not matter become exactly 0.
 *
 * Setting   learner · regression · row weights count as copies
 * Solves    min_{β,b} ½·Σ wᵢ·(yᵢ − xᵢ·β − b)² + λ·(ρ·‖β‖₁ + (1 − ρ)/2·‖β‖²)      λ = `regularization`, ρ = `l1Ratio`
 * by        cyclic coordinate descent until the duality gap is small, on XᵀX where there are no more columns than rows;
 *           ρ = 0 is RidgeRegression with the same λ
 * Shapes    x [n, nFeatures], y [n] → values [rows]; sparse rows are made dense
 * Assumes   the value depends on few features, of like scale.
 * Paper     zou2005; solver friedman2010. Libraries with a mean in place of the sum write α = λ / Σ w.
 * Example   const model = await new ElasticNet({ regularization: 5 }).fit({ x, y });
 */
export class ElasticNet implements Learner<LinearRegressionModel> {
  static readonly id = 'learners/elastic-net';
  static readonly summary = 'Elastic net: least squares that sets useless coefficients to 0.';
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
  readonly options: Required<ElasticNetOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: ElasticNetOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('ElasticNet', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<LinearRegressionModel> {
    checkAborted(run, 'ElasticNet');
    const { task, x, y, weights } = trainingRows('ElasticNet', data, ['regression']);
    const { intercept } = this.options;
    const values = denseMatrix(x.rows, 1, y);
    const meanX = intercept ? meanRow(x, weights) : new Float64Array(x.columns);
    const meanY = intercept ? meanRow(values, weights) : new Float64Array(1);
    const solution = this.#descend(x, centred(values, meanY, weights), meanX, weights);
    const { coefficients, converged, iterations, dualityGap } = solution;
    let level = meanY[0];
    for (let j = 0; j < coefficients.length; j++) level -= coefficients[j] * meanX[j];
    const parts = {
      task,
      coefficients: denseMatrix(1, x.columns, coefficients),
      intercepts: Float64Array.of(level),
    };
    const why = converged ? 'the duality gap is within the tolerance' : 'the sweeps ran out';
    return new LinearRegressionModel(ElasticNet, parts, {
      warnings: converged ? [] : [notConverged('ElasticNet', iterations, why)],
      iterations,
      converged,
      stopReason: why,
      facts: {
        dualityGap,
        nonZero: coefficients.reduce((count, value) => count + (value === 0 ? 0 : 1), 0),
      },
    });
  }

  /** `y` is centred and carries the roots of the weights, as the products do: the solvers need neither weights nor an intercept. */
  #descend(x: Matrix, y: DenseMatrix, mean: Float64Array, weights?: Float64Array): GramSolution {
    const { regularization, l1Ratio, tolerance, maxIterations } = this.options;
    if (x.columns <= Math.min(x.rows, mostColumns) && tolerance >= leastTolerance) {
      const { gram, products } = centredProducts(this.#linearAlgebra, toDense(x), y, mean, weights);
      return descendOnGram({
        gram,
        products: products.data,
        square: y.data.reduce((sum, value) => sum + value * value, 0),
        l1: regularization * l1Ratio,
        l2: regularization * (1 - l1Ratio),
        tolerance,
        maxIterations,
      });
    }
    // Its λ and its gap belong to a mean over rows.
    const solution = elasticNet(centred(x, mean, weights), y.data, {
      regularization: regularization / x.rows,
      l1Ratio,
      fitIntercept: false,
      tolerance,
      maxIterations,
    });
    return { ...solution, dualityGap: solution.dualityGap * x.rows };
  }

  static restore(state: FittedState, _context: RestoreContext): LinearRegressionModel {
    const parts = linearPartsFromState(ElasticNet, state);
    return new LinearRegressionModel(ElasticNet, parts, { warnings: [] });
  }
}

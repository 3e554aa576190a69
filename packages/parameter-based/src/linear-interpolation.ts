import type {
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledRows,
  Learner,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  selectRows,
  StateReader,
  step,
  TransferError,
} from '@graft-ml/core';
import { contentFolds, RidgeRegression, splitsOf } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { interpolationWeights } from './internal/interpolation-weights.js';
import { type ParameterRun, quiet, sourceModelsOf } from './internal/source-models.js';

export interface LinearInterpolationOptions {
  /** `'convex'` (default): not negative, with sum 1. `'free'`: any, by least squares. */
  readonly weights?: 'convex' | 'free';
  /** Into how many parts the labelled target rows are divided, each in turn held out of the target model. A whole number ≥ 2, default 5. */
  readonly folds?: number;
}

const schema: OptionSchema<LinearInterpolationOptions> = {
  weights: {
    type: 'choice',
    values: ['convex', 'free'],
    default: 'convex',
    description: 'Whether weights are at least 0 with sum 1, or any.',
    effect: 'Free weights can also correct the scale, and overfit sooner.',
  },
  folds: {
    type: 'integer',
    atLeast: 2,
    default: 5,
    description:
      'Into how many parts the labelled target rows are divided, each in turn held out of the target model.',
    effect: 'More parts judge a target model of nearly all rows, and take longer.',
  },
};

/** Mixes the predictions of source models and a target model in the proportion that fits held-out target rows best (LinInt).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their models · same features · regression
 * Solves    f(x) = Σₖ wₖ·fₖ(x),   w = argmin Σᵢ (yᵢ − Σₖ wₖ·fₖ(xᵢ))²      with `weights: 'convex'` over w ≥ 0, Σw = 1
 * where     x, y are the labelled target rows; fₖ the source models and, last, the target model, whose prediction of row i
 *           comes from a fit without the part that i is in (`folds`). The target model of f has seen all of them.
 * Shapes    target.labelled.x [n, nFeatures], y [n] → values [rows]
 * Assumes   each model is right somewhere, and nowhere more than elsewhere: one proportion holds for all rows.
 * Errors    INVALID_DATA for fewer than two different labelled target rows; as of the learner for too few rows to learn from.
 * Paper     daume2007 (baseline LINEAR INTERPOLATION). Parts go by what rows hold, so their order does not matter.
 * Example   const model = await new LinearInterpolation().fit({ source, target: { x, labelled }, task: 'regression' });
 */
export class LinearInterpolation implements ParameterStrategy<InterpolationModel> {
  static readonly id = 'parameter-based/linear-interpolation';
  static readonly summary = 'LinInt: mixes source and target predictions as held-out rows ask for.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own may contain by default. */
  static readonly parts = [RidgeRegression];

  readonly produces = 'model';
  readonly options: Required<LinearInterpolationOptions>;
  readonly #learner: Learner;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` makes the target model, and the source models where none are handed in; default {@link RidgeRegression}. */
  constructor(
    options?: LinearInterpolationOptions,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LinearInterpolation', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ?? new RidgeRegression({}, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<InterpolationModel> {
    const who = 'LinearInterpolation';
    const problem = prepareProblem(LinearInterpolation, input, run);
    const sources = await sourceModelsOf(who, 'regression', problem, this.#learner, run);
    await step(run, who, { stage: 'source models', done: 1, total: 3 });
    const rows = problem.target.labelled!;
    const heldOut = await this.#heldOutPredictions(rows, run);
    await step(run, who, { stage: 'held-out predictions', done: 2, total: 3 });
    const columns: Float64Array[] = [];
    for (const model of sources) columns.push(await model.predictEncoded(rows.x, quiet(run)));
    columns.push(heldOut);
    const predictions = sideBySide(columns);
    const weights = interpolationWeights(
      this.#linearAlgebra,
      predictions,
      rows.y,
      this.options.weights,
    );
    const target = await this.#learn(rows, run);
    await step(run, who, { stage: 'target model', done: 3, total: 3 });
    return new InterpolationModel([...sources, target], weights, {
      warnings: [],
      facts: {
        weights: Array.from(weights),
        heldOutLosses: columns.map((column) => meanSquare(column, rows.y)),
        loss: meanSquare(
          this.#linearAlgebra.multiply(predictions, denseMatrix(weights.length, 1, weights)).data,
          rows.y,
        ),
      },
    });
  }

  static restore(state: FittedState, context: RestoreContext): InterpolationModel {
    const reader = new StateReader(state, LinearInterpolation.id, 1);
    const weights = reader.array('weights', -1);
    const models = Array.from(weights, (_, k) => reader.part(`model ${k}`, context) as Model);
    return new InterpolationModel(models, weights, { warnings: [] });
  }

  /** For every labelled row the prediction of a model that has not seen the part it is in. */
  async #heldOutPredictions({ x, y }: LabelledRows, run?: RunOptions): Promise<Float64Array> {
    const count = Math.min(this.options.folds, x.rows);
    const splits = count < 2 ? [] : splitsOf(contentFolds(x, count, run?.seed ?? 0));
    if (splits.length < 2) throw tooFew(x.rows);
    const predictions = new Float64Array(x.rows);
    for (const { train, test } of splits) {
      const part = { x: selectRows(x, train), y: Float64Array.from(train, (i) => y[i]) };
      const model = await this.#learn(part, run);
      const values = await model.predictEncoded(selectRows(x, test), quiet(run));
      test.forEach((i, k) => (predictions[i] = values[k]));
    }
    return predictions;
  }

  #learn({ x, y }: LabelledRows, run?: RunOptions): Promise<Model> {
    return this.#learner.fit({ x, y, task: 'regression' }, quiet(run));
  }
}

/** Σₖ wₖ·fₖ(x). */
export class InterpolationModel extends Model {
  override readonly task: Task = { kind: 'regression' };
  override readonly nFeatures: number;
  /** Facts: `weights` (sources first, the target model last), `heldOutLosses` of each model, `loss` of the mixture. */
  override readonly diagnostics: Diagnostics;
  /** Source models first, the target model last. */
  readonly models: readonly Model[];
  /** One per model. */
  readonly weights: Float64Array;

  constructor(models: readonly Model[], weights: Float64Array, diagnostics: Diagnostics) {
    super();
    this.nFeatures = models[0].nFeatures;
    this.models = models;
    this.weights = weights;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const rows = checkRows('LinearInterpolation', x, this.nFeatures);
    const sum = new Float64Array(rows.rows);
    for (const [k, model] of this.models.entries()) {
      const values = await model.predictEncoded(rows, run);
      for (let i = 0; i < sum.length; i++) sum[i] += this.weights[k] * values[i];
    }
    return sum;
  }

  override toState(): FittedState {
    return {
      id: LinearInterpolation.id,
      version: 1,
      values: {},
      arrays: { weights: { shape: [this.weights.length], data: this.weights } },
      parts: Object.fromEntries(this.models.map((model, k) => [`model ${k}`, model.toState()])),
    };
  }
}

function sideBySide(columns: readonly Float64Array[]): DenseMatrix {
  const rows = columns[0].length;
  const matrix = denseMatrix(rows, columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < rows; i++) matrix.data[i * columns.length + k] = column[i];
  });
  return matrix;
}

function meanSquare(values: Float64Array, y: Float64Array): number {
  return values.reduce((sum, value, i) => sum + (value - y[i]) ** 2 / y.length, 0);
}

function tooFew(rows: number): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'LinearInterpolation',
    message: `needs at least two different labelled target rows, one to learn from and one to judge by; received ${rows}. Label more, or use RegularizedTransferRegression.`,
    details: { argument: 'target.labelled', reason: 'too-few-rows', received: rows },
  });
}

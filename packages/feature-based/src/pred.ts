import type {
  Diagnostics,
  FittedState,
  Learner,
  LinearAlgebra,
  Matrix,
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
  type DenseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  Model,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
  TransferError,
} from '@graft-ml/core';
import { LogisticRegression, RidgeRegression } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { asModel } from './internal/as-model.js';
import { appendColumns } from './internal/blocks.js';
import { defaultLearner, fitLearner } from './internal/fit-learner.js';

const schema: OptionSchema<object> = {};

/** Gives the prediction of a source model to a model of the target as one feature more (PRED).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their models · same features; the classes may differ
 * Learns    f_k on source k, then g on the labelled target rows (x, f_1(x), …, f_K(x)); predicts g(x, f_1(x), …, f_K(x))
 * where     f(x) is a value, the probability of the second of two classes, or one per class; 0 and 1 without probabilities
 * Shapes    target.labelled.x [n, nFeatures] → g sees [n, nFeatures + 1 per source], or + nClasses of more than two classes
 * Assumes   the source's prediction says something about the target's label, if only its opposite. No source row reaches g.
 * Errors    SHAPE_MISMATCH for handed-in models of another number or width.
 * Paper     daume2007 (baseline PRED).
 * Example   const model = await new PredictionFeature().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class PredictionFeature implements ParameterStrategy<PredictionFeatureModel> {
  static readonly id = 'feature-based/pred';
  static readonly summary = 'PRED: gives the source prediction to a target model as a feature.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken, linearAlgebra: LinearAlgebraToken };
  /** Methods whose models its own contain by default. */
  static readonly parts = [LogisticRegression, RidgeRegression];

  readonly produces = 'model';
  readonly options: object;
  readonly #learner: Learner | undefined;
  readonly #linearAlgebra: LinearAlgebra;

  /** `learner` makes the source models where none are handed in, and the target model; default logistic or ridge regression. */
  constructor(
    options?: object,
    dependencies: { readonly learner?: Learner; readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('PredictionFeature', schema, options);
    this.#learner = dependencies.learner;
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(
    input: ProblemInput,
    run?: RunOptions & { readonly sourceModels?: readonly Model[] },
  ): Promise<PredictionFeatureModel> {
    const who = 'PredictionFeature';
    const problem = prepareProblem(PredictionFeature, input, run);
    const { sources, target } = problem;
    const given = run?.sourceModels;
    if (given && given.length !== sources.length)
      throw mismatch('models, one per source', sources.length, given.length);
    const total = sources.length + 1;
    const models: Model[] = [];
    for (const [k, source] of sources.entries()) {
      const learner = this.#learnerOf(source.task);
      const model = given?.[k] ?? (await learner.fit({ ...problem, sources: [source] }, run));
      if (model.nFeatures !== target.x.columns)
        throw mismatch(
          `features in the model of "${source.name}"`,
          target.x.columns,
          model.nFeatures,
        );
      models.push(model);
      await step(run, who, { stage: 'source models', done: k + 1, total });
    }
    const { x, y } = target.labelled!;
    const rows = { task: target.task, x: await withPredictions(x, models, run), y };
    const model = await fitLearner(this.#learnerOf(target.task), rows, run);
    await step(run, who, { stage: 'target model', done: total, total });
    return new PredictionFeatureModel(models, model, {
      warnings: model.diagnostics.warnings,
      facts: { addedFeatures: rows.x.columns - x.columns },
    });
  }

  static restore(state: FittedState, context: RestoreContext): PredictionFeatureModel {
    const reader = new StateReader(state, PredictionFeature.id, 1);
    const part = (name: string) => asModel('PredictionFeature', reader.part(name, context));
    const nSources = reader.number('nSources', true);
    const sources = Array.from({ length: nSources }, (_, k) => part(`source ${k}`));
    return new PredictionFeatureModel(sources, part('model'));
  }

  #learnerOf(task: Task): Learner {
    return this.#learner ?? defaultLearner(task, this.#linearAlgebra, true);
  }
}

/** Source models and the target model that sees their predictions. */
export class PredictionFeatureModel extends Model {
  readonly task: Task;
  readonly nFeatures: number;
  readonly diagnostics: Diagnostics;
  readonly sources: readonly Model[];
  /** The target model: of the features, then the predictions of the sources. */
  readonly model: Model;

  constructor(
    sources: readonly Model[],
    model: Model,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.task = model.task;
    this.nFeatures = sources[0].nFeatures;
    this.diagnostics = diagnostics;
    this.sources = sources;
    this.model = model;
    if (model.predictProba) {
      this.predictProba = async (x, run) => model.predictProba!(await this.augment(x, run), run);
    }
  }

  /** Rows as the target model sees them. */
  async augment(x: MatrixInput, run?: RunOptions): Promise<Matrix> {
    return withPredictions(checkRows('PredictionFeature', x, this.nFeatures), this.sources, run);
  }

  async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return this.model.predictEncoded(await this.augment(x, run), run);
  }

  override toState(): FittedState {
    return {
      id: PredictionFeature.id,
      version: 1,
      values: { nSources: this.sources.length },
      arrays: {},
      parts: Object.fromEntries([
        ['model', this.model.toState()],
        ...this.sources.map((source, k) => [`source ${k}`, source.toState()] as const),
      ]),
    };
  }
}

async function withPredictions(
  x: Matrix,
  models: readonly Model[],
  run: RunOptions | undefined,
): Promise<Matrix> {
  let rows = x;
  for (const model of models) rows = appendColumns(rows, await predictionColumns(model, x, run));
  return rows;
}

/** One column of values or of the second class's probability, or a column per class. */
async function predictionColumns(
  model: Model,
  x: Matrix,
  run: RunOptions | undefined,
): Promise<DenseMatrix> {
  const { task } = model;
  if (task.kind === 'regression') return denseMatrix(x.rows, 1, await model.predictEncoded(x, run));
  const nClasses = task.classes.length;
  const shares = model.predictProba
    ? await model.predictProba(x, run)
    : oneHot(await model.predictEncoded(x, run), nClasses);
  if (nClasses !== 2) return shares;
  return denseMatrix(
    x.rows,
    1,
    Float64Array.from({ length: x.rows }, (_, i) => shares.data[2 * i + 1]),
  );
}

function oneHot(labels: Float64Array, nClasses: number): DenseMatrix {
  const columns = denseMatrix(labels.length, nClasses);
  for (let i = 0; i < labels.length; i++) columns.data[i * nClasses + labels[i]] = 1;
  return columns;
}

function mismatch(what: string, expected: number, received: number): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'PredictionFeature',
    message: `"sourceModels": expected ${expected} ${what}; received ${received}.`,
    details: { argument: 'sourceModels', expected, received },
  });
}

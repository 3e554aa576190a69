import {
  decodeLabels,
  encodeLabels,
  isLinearModel,
  sameLabelSpace,
  TransferError,
  type DenseMatrix,
  type LabelledRows,
  type Learner,
  type LinearModel,
  type Model,
  type RunOptions,
  type Task,
  type TaskKind,
  type TransferProblem,
} from '@graft-ml/core';

/** What parameter strategies take beside the run options: one model per source where they are there already. */
export type ParameterRun = RunOptions & { readonly sourceModels?: readonly Model[] };

/** Linear models to start from, and the labelled target rows in their label space. */
export interface LinearStart {
  readonly task: Task;
  /** One per source. */
  readonly models: readonly LinearModel[];
  readonly rows: LabelledRows;
}

/** The models of the sources, handed in or learned by `learner`, checked to fit task and features of the target.
 *
 * Errors: `UNSUPPORTED` for another task; `SHAPE_MISMATCH` for another number of models or features.
 */
export async function sourceModelsOf(
  who: string,
  kind: TaskKind,
  problem: TransferProblem,
  learner: Learner,
  run: ParameterRun | undefined,
): Promise<readonly Model[]> {
  const { sources, target } = problem;
  checkTask(who, kind, target.task);
  const given = run?.sourceModels;
  if (given && given.length !== sources.length) {
    throw mismatch(who, 'models, one per source', sources.length, given.length);
  }
  const models: Model[] = [];
  for (const [k, source] of sources.entries()) {
    const model = given?.[k] ?? (await learner.fit({ ...problem, sources: [source] }, quiet(run)));
    checkTask(who, kind, model.task);
    if (model.nFeatures !== target.x.columns) {
      const what = `features in the model of "${source.name}", as the target has`;
      throw mismatch(who, what, target.x.columns, model.nFeatures);
    }
    models.push(model);
  }
  return models;
}

/** As {@link sourceModelsOf}, for strategies that work on coefficients.
 *
 * Errors: also `UNSUPPORTED` for a model that is not linear; `SHAPE_MISMATCH` for another number of outputs;
 * `INVALID_DATA` where label spaces differ.
 */
export async function linearStart(
  who: string,
  kind: TaskKind,
  problem: TransferProblem,
  learner: Learner,
  run: ParameterRun | undefined,
): Promise<LinearStart> {
  const { sources } = problem;
  const found = await sourceModelsOf(who, kind, problem, learner, run);
  const models = found.map((model, k) => checkLinear(who, kind, model, sources[k].name));
  return { models, ...labelledTarget(who, problem, models) };
}

/** The label space that all models share, and the labelled target rows in it.
 *
 * Errors: `INVALID_DATA` where label spaces differ.
 */
export function labelledTarget(
  who: string,
  problem: TransferProblem,
  models: readonly Model[],
): { readonly task: Task; readonly rows: LabelledRows } {
  const { sources, target } = problem;
  const { task } = models[0];
  for (const [k, model] of models.entries()) {
    if (!sameLabelSpace(model.task, task)) {
      throw differentLabels(
        who,
        `the models of "${sources[0].name}" and "${sources[k].name}" have different classes`,
      );
    }
  }
  return { task, rows: { x: target.labelled!.x, y: targetLabels(who, problem, task) } };
}

/** Seed and signal of a run, without its progress reports: for work inside a step. */
export function quiet(run: RunOptions | undefined): RunOptions {
  return {
    ...(run?.seed === undefined ? {} : { seed: run.seed }),
    ...(run?.signal ? { signal: run.signal } : {}),
  };
}

function checkTask(who: string, kind: TaskKind, task: Task): void {
  if (task.kind === kind) return;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `serves ${kind}; these labels make a ${task.kind} task. Choose the other class of this family, or say { task: '${kind}' }.`,
    details: { capability: 'task', expected: kind, received: task.kind },
  });
}

function checkLinear(who: string, kind: TaskKind, model: Model, source: string): LinearModel {
  if (!isLinearModel(model)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `starts from coefficients and intercepts, but the model of "${source}" (${model.constructor.name}) has none. Use a linear learner such as ${kind === 'regression' ? 'RidgeRegression' : 'LogisticRegression'}.`,
      details: { capability: 'linear model', received: model.constructor.name },
    });
  }
  const { coefficients, intercepts, task } = model;
  const outputs = task.kind === 'regression' || task.classes.length === 2 ? 1 : task.classes.length;
  if (coefficients.rows !== outputs || intercepts.length !== outputs) {
    throw mismatch(who, `outputs in the model of "${source}"`, outputs, coefficients.rows);
  }
  return model;
}

/** Labels of the labelled target rows, encoded for the models. */
function targetLabels(who: string, { target }: TransferProblem, task: Task): Float64Array {
  const { y } = target.labelled!;
  if (task.kind === 'regression' || sameLabelSpace(target.task, task)) return y;
  const labels = decodeLabels(target.task, y);
  const unknown = labels.find((label) => !task.classes.includes(label));
  if (unknown === undefined) return encodeLabels(task, labels, who, 'target.labelled.y');
  throw differentLabels(
    who,
    `the target has the class ${JSON.stringify(unknown)}, which the source models do not know`,
  );
}

/** The coefficient-wise mean of models, or the one at `index`. */
export function startingPoint(
  models: readonly LinearModel[],
  index: number | 'mean',
): { readonly coefficients: DenseMatrix; readonly intercepts: Float64Array } {
  if (index !== 'mean') return models[index];
  const { rows, columns } = models[0].coefficients;
  const data = new Float64Array(rows * columns);
  const intercepts = new Float64Array(rows);
  for (const model of models) {
    model.coefficients.data.forEach((value, p) => (data[p] += value / models.length));
    model.intercepts.forEach((value, k) => (intercepts[k] += value / models.length));
  }
  return { coefficients: { format: 'dense', rows, columns, data }, intercepts };
}

function mismatch(who: string, what: string, expected: number, received: number): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"sourceModels": expected ${expected} ${what}; received ${received}.`,
    details: { argument: 'sourceModels', expected, received },
  });
}

function differentLabels(who: string, problem: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `source and target must have one label space, but ${problem}. Learn such classes from target rows alone, or leave them out.`,
    details: { argument: 'target.labelled.y', reason: 'label-spaces-differ' },
  });
}

/** The position of the smallest loss, the first of them on a tie. */
export function indexOfLeast(losses: readonly number[]): number {
  return losses.indexOf(Math.min(...losses));
}

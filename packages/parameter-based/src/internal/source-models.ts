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

/** The models of the sources, handed in or learned by `learner`, checked to be linear and to fit the target.
 *
 * Errors: `UNSUPPORTED` for another task or a model that is not linear; `SHAPE_MISMATCH` for another number of models,
 * features or outputs; `INVALID_DATA` where label spaces differ.
 */
export async function linearStart(
  who: string,
  kind: TaskKind,
  problem: TransferProblem,
  learner: Learner,
  run: ParameterRun | undefined,
): Promise<LinearStart> {
  const { sources, target } = problem;
  checkTask(who, kind, target.task);
  const given = run?.sourceModels;
  if (given && given.length !== sources.length) {
    throw mismatch(who, 'sourceModels', 'models, one per source', sources.length, given.length);
  }
  const models: LinearModel[] = [];
  for (const [k, source] of sources.entries()) {
    const model = given?.[k] ?? (await learnFrom({ ...problem, sources: [source] }, learner, run));
    models.push(checkModel(who, kind, model, target.x.columns, source.name));
  }
  const task = models[0].task;
  for (const [k, model] of models.entries()) {
    if (!sameLabelSpace(model.task, task)) {
      throw differentLabels(
        who,
        `the models of "${sources[0].name}" and "${sources[k].name}" have different classes`,
      );
    }
  }
  return { task, models, rows: { x: target.labelled!.x, y: targetLabels(who, problem, task) } };
}

function learnFrom(
  problem: TransferProblem,
  learner: Learner,
  run: RunOptions | undefined,
): Promise<Model> {
  const { seed, signal } = run ?? {};
  return learner.fit(problem, {
    ...(seed === undefined ? {} : { seed }),
    ...(signal ? { signal } : {}),
  });
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

function checkModel(
  who: string,
  kind: TaskKind,
  model: Model,
  nFeatures: number,
  source: string,
): LinearModel {
  if (!isLinearModel(model)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `starts from coefficients and intercepts, but the model of "${source}" (${model.constructor.name}) has none. Use a linear learner such as ${kind === 'regression' ? 'RidgeRegression' : 'LogisticRegression'}.`,
      details: { capability: 'linear model', received: model.constructor.name },
    });
  }
  checkTask(who, kind, model.task);
  const { coefficients, intercepts, task } = model;
  if (coefficients.columns !== nFeatures) {
    const what = `features in the model of "${source}", as the target has`;
    throw mismatch(who, 'sourceModels', what, nFeatures, coefficients.columns);
  }
  const outputs = task.kind === 'regression' || task.classes.length === 2 ? 1 : task.classes.length;
  if (coefficients.rows !== outputs || intercepts.length !== outputs) {
    const what = `outputs in the model of "${source}"`;
    throw mismatch(who, 'sourceModels', what, outputs, coefficients.rows);
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

function mismatch(
  who: string,
  argument: string,
  what: string,
  expected: number,
  received: number,
): TransferError {
  return new TransferError({
    code: 'SHAPE_MISMATCH',
    who,
    message: `"${argument}": expected ${expected} ${what}; received ${received}.`,
    details: { argument, expected, received },
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

import type {
  Diagnostics,
  JsonObject,
  LabelledSource,
  Learner,
  Matrix,
  Model,
  RunOptions,
  Setting,
  SourceDomain,
  TransferProblem,
  Warning,
} from '@graft-ml/core';
import {
  type Adaptation,
  type DenseMatrix,
  denseMatrix,
  selectRows,
  TransferError,
  weightProblem,
} from '@graft-ml/core';
import { contentFolds, splitsOf } from '@graft-ml/learners';
import { FittedPriorShift } from '../fitted-prior-shift.js';
import { quiet } from './pooled-rows.js';
import { settle } from './settle.js';

/** The setting of every method that weighs source rows by how frequent their class is in the unlabelled target. */
export const priorShift: Setting = {
  role: 'instance',
  features: 'same',
  sources: 'many',
  sourceLabels: 'required',
  targetLabels: 'unused',
  pairs: 'unused',
  tasks: ['classification'],
  corrects: 'prior',
  sparse: 'kept',
};

/** What was found out about one source. */
export interface ClassShift {
  /** The share of each class in the source; sums to 1. */
  readonly sourcePrior: Float64Array;
  /** How much more frequent each class is in the target; not negative, 0 for classes the source does not have. */
  readonly classWeights: Float64Array;
  readonly warnings: readonly Warning[];
  readonly facts: JsonObject;
}

export function classCount({ sources: [{ task }] }: TransferProblem): number {
  return task.kind === 'classification' ? task.classes.length : 0;
}

/** The share of the weight that each class has; sums to 1. */
export function classShares({ y, weights }: LabelledSource, nClasses: number): Float64Array {
  const shares = new Float64Array(nClasses);
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights ? weights[i] : 1;
    shares[y[i]] += weight;
    total += weight;
  }
  return shares.map((share) => share / total);
}

/** Gives each source row the weight of its class, of mean 1, and keeps what is needed to correct posteriors. */
export function adaptClasses(
  method: { readonly id: string; readonly name: string },
  problem: TransferProblem,
  shifts: readonly ClassShift[],
  diagnostics: Omit<Diagnostics, 'warnings' | 'facts'> = {},
): Adaptation<FittedPriorShift> {
  const raw = problem.sources.map(({ y }, k) => y!.map((c) => shifts[k].classWeights[c]));
  const targetPriors = shifts.map(({ sourcePrior, classWeights }) => {
    const prior = sourcePrior.map((share, c) => share * classWeights[c]);
    const sum = prior.reduce((a, b) => a + b, 0);
    return prior.map((share) => share / sum);
  });
  const names = Object.keys(shifts[0].facts);
  const { weights, summary } = settle({
    who: method.name,
    problem,
    raw,
    advice: 'The target is nearly all of classes that are rare in the source.',
    warnings: shifts.flatMap((shift, k) => [
      ...shift.warnings,
      ...lostClasses(problem.sources[k], shift),
    ]),
    facts: {
      classWeights: shifts.map(({ classWeights }) => Array.from(classWeights)),
      targetPriors: targetPriors.map((prior) => Array.from(prior)),
      ...Object.fromEntries(names.map((name) => [name, shifts.map(({ facts }) => facts[name])])),
    },
    diagnostics,
  });
  const sourcePriors = shifts.map(({ sourcePrior }) => sourcePrior);
  return {
    problem: weightProblem(problem, weights),
    fitted: new FittedPriorShift(method, summary, sourcePriors, targetPriors),
  };
}

function lostClasses({ name, task }: SourceDomain, shift: ClassShift): Warning[] {
  if (task.kind === 'regression') return [];
  const lost = task.classes.filter(
    (_, c) => shift.sourcePrior[c] > 0 && shift.classWeights[c] === 0,
  );
  if (lost.length === 0) return [];
  return [
    {
      code: 'CLASS_MISSING',
      message: `rows of class ${lost.map((label) => JSON.stringify(label)).join(', ')} in "${name}" weigh nothing, because the target seems to have none; what learns from them never predicts it. Use PosteriorCorrection, or Rlls with a "strength" below 1.`,
    },
  ];
}

/** What a learner says about the rows of a source it has not seen, and about the target's. */
export interface BlackBox {
  /** One row per source row, one column per class: 1 for the predicted class, or probabilities. */
  readonly source: DenseMatrix;
  readonly target: DenseMatrix;
}

/** Predicts source rows out of fold (by folds of what rows hold; in sample for one fold) and target rows by the model of all. */
export async function askBlackBox(
  who: string,
  learner: Learner,
  problem: TransferProblem,
  source: LabelledSource,
  nFolds: number,
  soft: boolean,
  run: RunOptions | undefined,
): Promise<BlackBox> {
  const nClasses = classCount(problem);
  const model = await learner.fit({ ...problem, sources: [source] }, quiet(run));
  const target = await scores(who, model, problem.target.x, nClasses, soft, run);
  if (nFolds === 1 || source.x.rows < 2)
    return { source: await scores(who, model, source.x, nClasses, soft, run), target };
  const held = denseMatrix(source.x.rows, nClasses);
  const folds = contentFolds(source.x, Math.min(nFolds, source.x.rows), run?.seed);
  for (const { train, test } of splitsOf(folds)) {
    const { weights } = source;
    const part = {
      ...source,
      x: selectRows(source.x, train),
      y: Float64Array.from(train, (i) => source.y[i]),
      ...(weights ? { weights: Float64Array.from(train, (i) => weights[i]) } : {}),
    };
    const partial = await learner.fit({ ...problem, sources: [part] }, quiet(run));
    const said = await scores(who, partial, selectRows(source.x, test), nClasses, soft, run);
    test.forEach((row, i) =>
      held.data.set(said.data.subarray(i * nClasses, (i + 1) * nClasses), row * nClasses),
    );
  }
  return { source: held, target };
}

/** Class probabilities of a model. Errors: `UNSUPPORTED` where it has none. */
export async function posteriorsOf(
  who: string,
  model: Model,
  x: Matrix,
  run: RunOptions | undefined,
): Promise<DenseMatrix> {
  if (model.predictProba) return model.predictProba(x, run);
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message:
      'needs class probabilities, which this learner does not give. Hand in another one, LogisticRegression say.',
    details: { capability: 'predictProba' },
  });
}

/** C_ij = P(predicted i, label j) in the source [classes, classes], and μ_i = P(predicted i) in the target. */
export function confusionOf(
  { source: said, target }: BlackBox,
  { y, weights }: LabelledSource,
): { readonly confusion: DenseMatrix; readonly mu: Float64Array } {
  const n = said.columns;
  const confusion = denseMatrix(n, n);
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    for (let c = 0; c < n; c++) confusion.data[c * n + y[i]] += weight * said.data[i * n + c];
  }
  for (let p = 0; p < n * n; p++) confusion.data[p] /= total;
  const mu = new Float64Array(n);
  for (let i = 0; i < target.rows; i++) {
    for (let c = 0; c < n; c++) mu[c] += target.data[i * n + c] / target.rows;
  }
  return { confusion, mu };
}

/** μ − C·1: what the target's predictions differ by from the source's. */
export function surplus(confusion: DenseMatrix, mu: Float64Array): DenseMatrix {
  const n = mu.length;
  const right = denseMatrix(n, 1, mu.slice());
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) right.data[i] -= confusion.data[i * n + j];
  }
  return right;
}

/** 1 + θ, nothing below 0; 0 for classes the source does not have. */
export function clippedWeights(theta: Float64Array, sourcePrior: Float64Array): Float64Array {
  return theta.map((value, c) => (sourcePrior[c] > 0 ? Math.max(0, 1 + value) : 0));
}

async function scores(
  who: string,
  model: Model,
  x: Matrix,
  nClasses: number,
  soft: boolean,
  run: RunOptions | undefined,
): Promise<DenseMatrix> {
  if (soft) return posteriorsOf(who, model, x, run);
  const said = denseMatrix(x.rows, nClasses);
  (await model.predictEncoded(x, run)).forEach((c, i) => (said.data[i * nClasses + c] = 1));
  return said;
}

import type {
  Diagnostics,
  FittedState,
  Learner,
  MatrixInput,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Task,
  TransferProblem,
} from '@graft-ml/core';
import {
  checkRows,
  labelledSources,
  LearnerToken,
  Model,
  prepareProblem,
  resolveOptions,
  sameLabelSpace,
  StateReader,
  step,
  TransferError,
} from '@graft-ml/core';
import { DecisionTree } from '@graft-ml/learners';
import { boostCandidates } from './internal/boosting.js';
import { type Candidate, sourceCandidates, strongest } from './internal/source-candidates.js';
import { type ParameterRun, quiet, sourceModelsOf } from './internal/source-models.js';

export interface TaskTrAdaBoostOptions {
  /** Rounds of boosting on each source and on the target. A whole number ≥ 1, default 20. More offer and choose more classifiers. */
  readonly maxIterations?: number;
  /** γ: classifiers of a source are kept from this vote on, a number ≥ 0, or `'median'` (default) of all votes. Larger values keep fewer. */
  readonly threshold?: number | 'median';
}

const schema: OptionSchema<TaskTrAdaBoostOptions> = {
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 20,
    description: 'Rounds of boosting on each source and on the target.',
    effect: 'More offer and choose more classifiers.',
  },
  threshold: {
    type: 'number',
    atLeast: 0,
    words: ['median'],
    default: 'median',
    description:
      'γ: classifiers of a source are kept from this vote on, or from the median of all.',
    effect: 'Larger values keep fewer.',
  },
};

/** Boosts the target over weak classifiers that were learned on the sources (TaskTrAdaBoost).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their classifiers · same features and classes
 * Phase 1   AdaBoost of the learner on each source; classifier h with weighted error e has vote a = ½·(ln((1 − e)/e) + ln(C − 1)) and is kept where a ≥ γ
 * Phase 2   AdaBoost on the target rows, where each round takes the kept classifier of least weighted error and removes it:
 *           vote as above, row weights times exp(−a) where it is right and exp(a) where wrong; with C = 2 a classifier may vote for the other class
 * Predicts  argmax_c Σ aₜ·[hₜ(x) = c], the smaller class on a tie;   C classes, γ = `threshold`
 * Shapes    target.labelled.x [n, nFeatures], y [n] → classes [rows]
 * Assumes   some simple rule of a source holds in the target too. Target rows choose rules, they make none.
 * Cost      phase 2 fits nothing: O(rounds · kept · n) after one prediction of every kept classifier
 * Errors    INVALID_DATA where label spaces differ; NUMERICAL where no kept classifier is better than chance on the target.
 * Paper     yao2010 (two classes); more classes after zhu2009 (SAMME).
 * Example   const model = await new TaskTrAdaBoost().fit({ sources, target: { x, labelled } });
 */
export class TaskTrAdaBoost implements ParameterStrategy<VotingModel> {
  static readonly id = 'parameter-based/task-tradaboost';
  static readonly summary =
    'TaskTrAdaBoost: boosts the target over weak classifiers of the sources.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  /** Methods whose models its own may contain by default. */
  static readonly parts = [DecisionTree];

  readonly produces = 'model';
  readonly options: Required<TaskTrAdaBoostOptions>;
  readonly #learner: Learner;

  /** `learner` makes the weak classifiers and must use row weights; default a {@link DecisionTree} of depth 1. */
  constructor(options?: TaskTrAdaBoostOptions, dependencies: { readonly learner?: Learner } = {}) {
    this.options = resolveOptions('TaskTrAdaBoost', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree({ maxDepth: 1 });
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<VotingModel> {
    const problem = prepareProblem(TaskTrAdaBoost, input, run);
    const { maxIterations, threshold } = this.options;
    const { x, y } = problem.target.labelled!;
    const candidates = run?.sourceModels
      ? await this.#givenCandidates(problem, run)
      : await this.#learnCandidates(problem, run);
    const { kept, threshold: used } = strongest(candidates, run?.sourceModels ? 0 : threshold);
    const predictions: Float64Array[] = [];
    for (const { model } of kept) predictions.push(await model.predictEncoded(x, quiet(run)));
    const weights = new Float64Array(y.length).fill(1 / y.length);
    const { task } = problem.target;
    const nClasses = task.kind === 'classification' ? task.classes.length : 0;
    const boosted = boostCandidates(predictions, y, weights, nClasses, maxIterations);
    const { selected, votes, errors, stopReason } = boosted;
    if (selected.length === 0) throw nothingFits(kept.length);
    const models = selected.map((k) => kept[k].model);
    return new VotingModel(models, Float64Array.from(votes), task, {
      warnings: [],
      iterations: selected.length,
      stopReason,
      facts: { nCandidates: candidates.length, nKept: kept.length, threshold: used, errors },
    });
  }

  static restore(state: FittedState, context: RestoreContext): VotingModel {
    const reader = new StateReader(state, TaskTrAdaBoost.id, 1);
    const votes = reader.array('votes', -1);
    const models = Array.from(votes, (_, k) => reader.part(`model ${k}`, context) as Model);
    return new VotingModel(models, votes, models[0].task, { warnings: [] });
  }

  async #learnCandidates(
    problem: TransferProblem,
    run: ParameterRun | undefined,
  ): Promise<readonly Candidate[]> {
    const sources = labelledSources(problem, 'TaskTrAdaBoost');
    const candidates: Candidate[] = [];
    for (const [k, source] of sources.entries()) {
      checkLabelSpace(source.task, problem, source.name);
      const rounds = this.options.maxIterations;
      candidates.push(...(await sourceCandidates(this.#learner, source, rounds, quiet(run))));
      const progress = { stage: 'boosting sources', done: k + 1, total: sources.length };
      await step(run, 'TaskTrAdaBoost', progress);
    }
    return candidates;
  }

  /** Models handed in are the candidates themselves, all of them kept. */
  async #givenCandidates(problem: TransferProblem, run: ParameterRun): Promise<Candidate[]> {
    const kind = 'classification';
    const models = await sourceModelsOf('TaskTrAdaBoost', kind, problem, this.#learner, run);
    models.forEach(({ task }, k) => checkLabelSpace(task, problem, problem.sources[k].name));
    return models.map((model) => ({ model, vote: 0 }));
  }
}

/** A weighted vote of classifiers. */
export class VotingModel extends Model {
  override readonly task: Task;
  override readonly nFeatures: number;
  /** Facts: `nCandidates`, `nKept`, `threshold`, `errors` of the chosen ones on the weighted target rows. */
  override readonly diagnostics: Diagnostics;
  readonly models: readonly Model[];
  /** One per model; with two classes a negative vote counts for the class that is not predicted. */
  readonly votes: Float64Array;

  constructor(models: readonly Model[], votes: Float64Array, task: Task, diagnostics: Diagnostics) {
    super();
    this.task = task;
    this.nFeatures = models[0].nFeatures;
    this.models = models;
    this.votes = votes;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const rows = checkRows('TaskTrAdaBoost', x, this.nFeatures);
    const nClasses = this.task.kind === 'classification' ? this.task.classes.length : 0;
    const tally = new Float64Array(rows.rows * nClasses);
    for (const [k, model] of this.models.entries()) {
      const predicted = await model.predictEncoded(rows, run);
      for (let i = 0; i < rows.rows; i++) tally[i * nClasses + predicted[i]] += this.votes[k];
    }
    const classes = new Float64Array(rows.rows);
    for (let i = 0; i < rows.rows; i++) {
      for (let c = 1; c < nClasses; c++) {
        if (tally[i * nClasses + c] > tally[i * nClasses + classes[i]]) classes[i] = c;
      }
    }
    return classes;
  }

  override toState(): FittedState {
    return {
      id: TaskTrAdaBoost.id,
      version: 1,
      values: {},
      arrays: { votes: { shape: [this.votes.length], data: this.votes } },
      parts: Object.fromEntries(this.models.map((model, k) => [`model ${k}`, model.toState()])),
    };
  }
}

function checkLabelSpace(task: Task, { target }: TransferProblem, source: string): void {
  if (sameLabelSpace(task, target.task)) return;
  throw new TransferError({
    code: 'INVALID_DATA',
    who: 'TaskTrAdaBoost',
    message: `source and target must have one label space, but that of "${source}" is another than the target's. Leave rows of classes that only one of them has out.`,
    details: { argument: 'target.labelled.y', reason: 'label-spaces-differ' },
  });
}

function nothingFits(kept: number): TransferError {
  return new TransferError({
    code: 'NUMERICAL',
    who: 'TaskTrAdaBoost',
    message: `none of the ${kept} classifiers kept from the sources is better than chance on the labelled target rows. Lower "threshold", give related sources, or learn from the target alone.`,
    details: { operation: 'boosting', kept },
  });
}

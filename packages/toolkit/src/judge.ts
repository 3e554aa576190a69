import {
  isTransferError,
  type Matrix,
  type RunOptions,
  sameLabelSpace,
  selectRows,
  type TrainingRows,
  trainingRows,
  type TransferProblem,
} from '@graft-ml/core';
import {
  guard,
  guardByLabels,
  type GuardDecision,
  type GuardModel,
  type LabelSplit,
  splitLabels,
} from '@graft-ml/diagnosis';
import { learnsFromTarget, sourceOnly, targetOnlyRecipe, withoutTransfer } from './baselines.js';
import { type GuardReport, unjudged } from './guard-report.js';
import type { PipelineModel } from './pipeline-model.js';
import { buildRecipe, type Recipe } from './recipe.js';
import type { Toolkit } from './toolkit.js';

/** What a finished run leaves for the guard to look at. */
export interface Exhibit {
  readonly model: PipelineModel;
  readonly adapted: TransferProblem;
  /** Encoded predictions for the target rows. */
  readonly predictions: Float64Array;
}

/** A model that the judge has fitted beside the runs. */
export interface Baseline {
  readonly recipe: Recipe;
  /** Absent where it learned from half of the labels only: fit it again before using it. */
  readonly model?: PipelineModel;
}

/** Looks at runs as they finish, keeps what they predict rather than their models, and lets the guard decide in the end.
 *
 * Labelled target rows are split in halves: recipes that learn from target labels are fitted again on one half before the
 * guard looks at them, and it judges all of them by the other. Source-only and, with labels, target-only are fitted where
 * they are not among the runs.
 */
export class Judge {
  readonly #toolkit: Toolkit;
  readonly #problem: TransferProblem;
  readonly #run: RunOptions;
  readonly #clock: () => number;
  readonly #split: LabelSplit | undefined;
  readonly #models: GuardModel[] = [];
  readonly #left: string[] = [];
  /** What source-only learned from, and the target rows as it sees them. */
  #plain: { readonly rows: TrainingRows; readonly target: Matrix } | undefined;
  #first: Recipe | undefined;
  readonly #baselines = new Map<string, Baseline>();
  #seconds = 0;

  constructor(
    toolkit: Toolkit,
    problem: TransferProblem,
    run: RunOptions,
    clock: () => number = () => performance.now() / 1000,
  ) {
    this.#toolkit = toolkit;
    this.#problem = problem;
    this.#run = run;
    this.#clock = clock;
    const labels = problem.target.labelled?.y;
    const judged = obstacle(problem) === undefined;
    const { kind } = problem.target.task;
    this.#split = labels && judged ? splitLabels(labels, run.seed ?? 0, kind) : undefined;
  }

  /** Takes in a finished run. */
  async add(recipe: Recipe, made: Exhibit): Promise<void> {
    if (obstacle(this.#problem)) return;
    await this.#timed(() => this.#look(recipe, made));
  }

  /** The verdict on all runs taken in. `otherwise` is the choice where nothing can be judged. Errors: `ABORTED`. */
  async decide(otherwise: string): Promise<GuardReport> {
    const hindrance = obstacle(this.#problem);
    if (hindrance) return unjudged(otherwise, hindrance, this.#seconds);
    try {
      return await this.#judge(otherwise);
    } catch (error) {
      if (isTransferError(error) && error.code !== 'ABORTED')
        return unjudged(otherwise, error.message, this.#seconds);
      throw error;
    }
  }

  /** What the judge has fitted itself under this name, source-only say. */
  baseline(name: string): Baseline | undefined {
    return this.#baselines.get(name);
  }

  async #judge(otherwise: string): Promise<GuardReport> {
    await this.#timed(() => this.#fitBaselines());
    const own = this.#models.find(({ name }) => name === sourceOnly);
    const candidates = this.#models.filter((model) => model !== own);
    if (!own) return unjudged(otherwise, noBaseline, this.#seconds);
    if (candidates.length === 0) return unjudged(otherwise, noCandidate, this.#seconds);
    const labels = this.#split && this.#labelsToJudgeBy(this.#split);
    const decision = await this.#timed(() => this.#compare(own, candidates, labels));
    const left = this.#left.map((name) => `${name} could not be judged and is left out.`);
    return {
      ...decision,
      reasons: [...decision.reasons, ...left],
      judged: true,
      labelsUsed: labels?.length ?? 0,
      seconds: Math.round(1000 * this.#seconds) / 1000,
    };
  }

  async #compare(
    sourceOnly: GuardModel,
    candidates: readonly GuardModel[],
    labels: Float64Array | undefined,
  ): Promise<GuardDecision> {
    const { rows, target } = this.#plain!;
    if (rows.task.kind === 'regression') {
      const labelled = (model: GuardModel) => ({
        name: model.name,
        labelled: model.labelled ?? [],
      });
      const shown = { sourceOnly: labelled(sourceOnly), candidates: candidates.map(labelled) };
      return guardByLabels({ ...shown, labels: labels ?? [] }, this.#run.seed);
    }
    const nClasses = rows.task.classes.length;
    const given = { source: rows, target: { x: target }, nClasses, sourceOnly, candidates };
    return guard({ ...given, ...(labels ? { labels } : {}) }, {}, this.#run);
  }

  async #look(recipe: Recipe, made: Exhibit): Promise<void> {
    this.#first ??= recipe;
    const shown =
      this.#split && learnsFromTarget(this.#toolkit, recipe) ? await this.#fitApart(recipe) : made;
    if (shown) await this.#note(recipe, shown);
    else this.#left.push(recipe.name);
  }

  async #note(recipe: Recipe, { model, adapted, predictions: predicted }: Exhibit): Promise<void> {
    if (!sameLabelSpace(model.task, this.#problem.target.task)) {
      this.#left.push(recipe.name);
      return;
    }
    const labelled = this.#split && this.#problem.target.labelled;
    this.#models.push({
      name: recipe.name,
      predicted,
      ...(labelled && this.#split
        ? {
            labelled: await model.predictEncoded(
              selectRows(labelled.x, this.#split.judge),
              this.#run,
            ),
          }
        : {}),
    });
    if (recipe.name !== sourceOnly) return;
    const rows = trainingRows('guard', adapted, [this.#problem.target.task.kind]);
    this.#plain = { rows, target: adapted.target.x };
  }

  async #fitBaselines(): Promise<void> {
    const plain = this.#first && withoutTransfer(this.#toolkit, this.#first);
    if (!plain) return;
    const seen = new Set(this.#models.map(({ name }) => name));
    for (const recipe of [plain, ...(this.#split ? [targetOnlyRecipe(plain)] : [])]) {
      if (seen.has(recipe.name) || this.#left.includes(recipe.name)) continue;
      const made = await this.#fitApart(recipe);
      if (!made) continue;
      const whole = recipe === plain ? { model: made.model } : {};
      this.#baselines.set(recipe.name, { recipe, ...whole });
      await this.#note(recipe, made);
    }
  }

  /** Fits a recipe without the labels that judge. Undefined where it cannot be fitted. */
  async #fitApart(recipe: Recipe): Promise<Exhibit | undefined> {
    const { target } = this.#problem;
    const { labelled } = target;
    const taught = labelled &&
      this.#split && {
        x: selectRows(labelled.x, this.#split.learn),
        y: Float64Array.from(this.#split.learn, (i) => labelled.y[i]!),
      };
    const problem = {
      ...this.#problem,
      target: { ...target, ...(taught ? { labelled: taught } : {}) },
    };
    try {
      const { model, problem: adapted } = await buildRecipe(this.#toolkit, recipe).adapt(
        problem,
        this.#run,
      );
      return { model, adapted, predictions: await model.predictEncoded(target.x, this.#run) };
    } catch (error) {
      if (isTransferError(error, 'ABORTED')) throw error;
      return undefined;
    }
  }

  #labelsToJudgeBy({ judge }: LabelSplit): Float64Array {
    return Float64Array.from(judge, (i) => this.#problem.target.labelled!.y[i]!);
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#clock();
    try {
      return await work();
    } finally {
      this.#seconds += this.#clock() - start;
    }
  }
}

const noBaseline =
  'Source-only could not be fitted, so that there is nothing to stand beside the others.';
const noCandidate = 'No recipe could be judged beside source-only.';

/** What in the problem itself keeps the guard from judging. */
function obstacle({ sources, target }: TransferProblem): string | undefined {
  if (target.task.kind === 'regression' && (target.labelled?.y.length ?? 0) < 16)
    return 'For numbers the guard has no scores, only labels: it needs at least 16 labelled target rows.';
  return sameLabelSpace(sources[0]!.task, target.task)
    ? undefined
    : 'Source and target have other classes, so that source-only cannot stand beside the others.';
}

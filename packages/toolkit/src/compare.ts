import {
  checkAborted,
  encodeLabels,
  isTransferError,
  type JsonObject,
  type Label,
  LinearAlgebraToken,
  type Progress,
  type ProblemInput,
  type RunOptions,
  toProblem,
  trainingRows,
  TransferError,
  type TransferProblem,
  type Warning,
} from '@graft-ml/core';
import { sourceOnly } from './baselines.js';
import type { GuardReport, GuardSwitch } from './guard-report.js';
import { Judge } from './judge.js';
import type { EstimatorPipeline } from './pipeline.js';
import type { PipelineModel } from './pipeline-model.js';
import { type ProblemSummary, summarise } from './problem-summary.js';
import { buildRecipe, type Recipe } from './recipe.js';
import { scorePredictions, type Scores } from './scores.js';
import type { Toolkit } from './toolkit.js';

/** Labels of the target rows, for evaluation alone: no strategy ever sees them. */
export interface Evaluation {
  readonly y: ArrayLike<Label>;
}

export interface CompareSetup {
  readonly problem: ProblemInput;
  readonly evaluation: Evaluation;
  readonly recipes: readonly Recipe[];
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RecipeProgress) => void;
  /** Called with each finished run and, where it went well, what it made; nothing of that is kept. */
  readonly onRun?: (run: RunResult, made?: RunProducts) => void | Promise<void>;
  /** Seconds that have passed, from any origin. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
  /** Resident memory in bytes; without it `peakMemoryMb` is absent. */
  readonly memory?: () => number;
  /** Whether the guard against negative transfer says what to use, without the evaluation labels. Default `'on'`. */
  readonly guard?: GuardSwitch;
  /** Versions to record beside the results. */
  readonly versions?: Readonly<Record<string, string>>;
}

export interface RecipeProgress extends Progress {
  readonly recipe: string;
  /** Runs finished so far, and in all. */
  readonly finished: number;
  readonly recipes: number;
}

/** What a run made: gone once `onRun` returns, unless kept. */
export interface RunProducts {
  readonly model: PipelineModel;
  readonly adapted: TransferProblem;
  /** Encoded predictions for the target rows. */
  readonly predictions: Float64Array;
  /** Encoded labels of the target rows. */
  readonly labels: Float64Array;
}

export interface RunResult extends Scores {
  readonly recipe: string;
  readonly status: 'ok' | 'failed';
  readonly seconds: number;
  /** Highest resident memory seen at the run's steps, in MiB. */
  readonly peakMemoryMb?: number;
  readonly warnings: readonly Warning[];
  readonly error?: RunError;
}

export interface RunError {
  readonly code: string;
  readonly message: string;
}

/** The result of a comparison; stable, versioned JSON. */
export interface Comparison {
  readonly formatVersion: 1;
  readonly problem: ProblemSummary;
  readonly runs: readonly RunResult[];
  /** What the guard would use, not knowing the evaluation labels. Absent where it is off or the comparison was stopped. */
  readonly guard?: GuardReport;
  /** False where the comparison was stopped before its end. */
  readonly complete: boolean;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  /** The recipes in full, to repeat the comparison. */
  readonly recipes: readonly JsonObject[];
}

/** Fits every recipe and measures it on the target. A recipe that fails is reported and does not stop the others.
 *
 * The guard looks on: what it would use is said beside what the labels say. Its seconds are counted apart.
 * Stopping it by `signal` ends the comparison with the runs finished so far and `complete: false`.
 * Errors: `INVALID_DATA` and `SHAPE_MISMATCH` for a problem or evaluation that cannot be used at all: no labels, one class,
 * no rows, another number of labels.
 */
export async function compare(toolkit: Toolkit, setup: CompareSetup): Promise<Comparison> {
  const { recipes, seed = 0, signal } = setup;
  const problem = toProblem(setup.problem, 'compare');
  const { task } = problem.target;
  trainingRows('compare', problem, [problem.sources[0]!.task.kind], 2);
  const labels = evaluationLabels(problem, setup.evaluation);
  const pipelines = recipes.map((recipe) => buildRecipe(toolkit, recipe));
  const runs: RunResult[] = [];
  const judge = setup.guard === 'off' ? undefined : judgeFor(toolkit, problem, setup);
  for (const [k, recipe] of recipes.entries()) {
    const watch = stopwatch(setup);
    const onProgress = (progress: Progress) => {
      watch.sample();
      setup.onProgress?.({
        ...progress,
        recipe: recipe.name,
        finished: k,
        recipes: recipes.length,
      });
    };
    const outcome = await attempt(pipelines[k]!, problem, {
      seed,
      onProgress,
      ...(signal ? { signal } : {}),
    });
    if (outcome === 'aborted') break;
    const { products, error } = outcome;
    const run: RunResult = products
      ? {
          recipe: recipe.name,
          status: 'ok',
          ...scorePredictions(task.kind, products.predictions, labels),
          ...watch.read(),
          warnings: products.model.diagnostics.warnings,
        }
      : { recipe: recipe.name, status: 'failed', ...watch.read(), warnings: [], error };
    runs.push(run);
    if (products) await unlessAborted(judge?.add(recipe, products));
    await setup.onRun?.(run, products && { ...products, labels });
  }
  const finished = runs.length === recipes.length;
  const guard = finished ? await unlessAborted(judge?.decide(sourceOnly)) : undefined;
  const engine = toolkit.get(LinearAlgebraToken)?.name ?? 'reference';
  return {
    formatVersion: 1,
    problem: summarise(problem),
    runs,
    ...(guard ? { guard } : {}),
    complete: finished && (guard !== undefined || judge === undefined),
    seed,
    versions: { ...setup.versions, engine },
    recipes: recipes.map((recipe) => JSON.parse(JSON.stringify(recipe)) as JsonObject),
  };
}

function judgeFor(toolkit: Toolkit, problem: TransferProblem, setup: CompareSetup): Judge {
  const { recipes, seed = 0, signal, onProgress, clock } = setup;
  const report = (progress: Progress) =>
    onProgress?.({
      ...progress,
      recipe: 'guard',
      finished: recipes.length,
      recipes: recipes.length,
    });
  return new Judge(
    toolkit,
    problem,
    { seed, onProgress: report, ...(signal ? { signal } : {}) },
    clock,
  );
}

/** The result, or nothing where the signal ended the work. */
async function unlessAborted<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isTransferError(error, 'ABORTED')) return undefined;
    throw error;
  }
}

type Outcome =
  | { readonly products: Omit<RunProducts, 'labels'>; readonly error?: never }
  | { readonly products?: never; readonly error: RunError };

async function attempt(
  pipeline: EstimatorPipeline,
  problem: TransferProblem,
  run: RunOptions,
): Promise<Outcome | 'aborted'> {
  try {
    checkAborted(run, 'compare');
    const { model, problem: adapted } = await pipeline.adapt(problem, run);
    const predictions = await model.predictEncoded(problem.target.x, run);
    return { products: { model, adapted, predictions } };
  } catch (error) {
    return isTransferError(error, 'ABORTED') ? 'aborted' : { error: describeError(error) };
  }
}

/** Evaluation labels as encoded values; a label that no domain has is its own class, never predicted right. */
function evaluationLabels(problem: TransferProblem, { y }: Evaluation): Float64Array {
  const { task, x } = problem.target;
  if (y.length !== x.rows) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who: 'compare',
      message: `the target has ${x.rows} rows but ${y.length} labels for evaluation.`,
      details: { argument: 'evaluation.y', expected: x.rows, received: y.length },
    });
  }
  if (task.kind === 'regression') return encodeLabels(task, y, 'compare', 'evaluation.y');
  const index = new Map(task.classes.map((label, c) => [label, c]));
  return Float64Array.from({ length: y.length }, (_, i) => index.get(y[i]!) ?? -1);
}

function stopwatch({ clock = () => performance.now() / 1000, memory }: CompareSetup) {
  const start = clock();
  let peak = memory?.() ?? 0;
  const sample = () => void (peak = Math.max(peak, memory?.() ?? 0));
  const read = () => {
    sample();
    const seconds = Math.round((clock() - start) * 1000) / 1000;
    return memory ? { seconds, peakMemoryMb: Math.round(peak / 2 ** 20) } : { seconds };
  };
  return { sample, read };
}

function describeError(error: unknown): RunError {
  if (isTransferError(error)) return { code: error.code, message: error.message };
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) };
}

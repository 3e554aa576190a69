import { type Progress, type ProblemInput, type RunOptions, toProblem } from '@graft-ml/core';
import { sourceOnly } from './baselines.js';
import type { GuardReport, GuardSwitch } from './guard-report.js';
import { Judge } from './judge.js';
import type { PipelineModel } from './pipeline-model.js';
import { buildRecipe, type Recipe } from './recipe.js';
import type { Toolkit } from './toolkit.js';

export interface FitSetup {
  readonly problem: ProblemInput;
  readonly recipe: Recipe;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Whether the guard against negative transfer may keep source-only instead. Default `'on'`. */
  readonly guard?: GuardSwitch;
  /** Seconds that have passed, from any origin. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

export interface GuardedFit {
  /** What to use: the recipe's model, or the one that the guard prefers. */
  readonly model: PipelineModel;
  /** The recipe that `model` comes from. */
  readonly recipe: Recipe;
  /** What fitting the recipe took, without the guard. */
  readonly seconds: number;
  /** Absent where it is off and for source-only, which needs none. */
  readonly guard?: GuardReport;
}

/** Fits a recipe under guard: the model is the recipe's where that is expected to help, and source-only's (or, with labelled
 * target rows, target-only's) where it is not.
 *
 * Where the guard cannot judge at all (numbers, other classes, other features) the recipe's model is used and `guard.judged` is false.
 * Errors    those of the recipe; `ABORTED`
 * Example   const { model, guard } = await fit(kit, { problem, recipe });
 */
export async function fit(toolkit: Toolkit, setup: FitSetup): Promise<GuardedFit> {
  const { recipe, seed = 0, signal, onProgress } = setup;
  const clock = setup.clock ?? (() => performance.now() / 1000);
  const problem = toProblem(setup.problem, 'fit');
  const run: RunOptions = {
    seed,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  };
  const start = clock();
  const { model, problem: adapted } = await buildRecipe(toolkit, recipe).adapt(problem, run);
  const seconds = clock() - start;
  if (setup.guard === 'off' || recipe.name === sourceOnly) return { model, recipe, seconds };
  const judge = new Judge(toolkit, problem, run, clock);
  const predictions = await model.predictEncoded(problem.target.x, run);
  await judge.add(recipe, { model, adapted, predictions });
  const guard = await judge.decide(recipe.name);
  const kept = guard.choice === recipe.name ? undefined : judge.baseline(guard.choice);
  if (!kept) return { model, recipe, seconds, guard };
  const whole = kept.model ?? (await buildRecipe(toolkit, kept.recipe).fit(problem, run));
  return { model: whole, recipe: kept.recipe, seconds, guard };
}

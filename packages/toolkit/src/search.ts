import {
  selectRows,
  toProblem,
  trainingRows,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';
import { defaultGuardRule, expectedGain, guardScores, splitLabels } from '@graft-ml/diagnosis';
import { withoutTransfer } from './baselines.js';
import { buildRecipe, type Recipe } from './recipe.js';
import { partOf } from './search-part.js';
import { runOf, Tries } from './search-trials.js';
import type { Ranked, SearchResult, SearchSetup, Trial } from './search-types.js';
import type { Toolkit } from './toolkit.js';

/** Successive halving over recipes, scored without target labels by the guard's views together.
 *
 * Round k     every recipe left, and source-only, on n/9, n/3, then all rows (at least 100), the same rows for all
 * Score       {@link expectedGain} over source-only in the features that source-only learns from
 * Keeps       the best `keep` of a round, at least two, and no more than the budget allows at (3×)² the time they took
 * Resumes     trials in the journal are not run again, and their seconds count
 * Labels      recipes that learn from labelled target rows get the half that `fit` does not judge by: none serves twice
 * Errors      `UNSUPPORTED` for numbers; `INVALID_DATA` where source-only cannot be fitted; `ABORTED`
 * Paper       jamieson2016 (successive halving).
 */
export async function search(toolkit: Toolkit, setup: SearchSetup): Promise<SearchResult> {
  const { recipes, seed = 0, keep = 1 / 3, budgetSeconds } = setup;
  const problem = forLearning(toProblem(setup.problem, 'search'), seed);
  const baseline = recipes[0] && withoutTransfer(toolkit, recipes[0]);
  if (!baseline) throw noBaseline('the learner is not known');
  const tries = new Tries(toolkit, setup);
  const ranked: Ranked[][] = [];
  let left = [...recipes];
  let stopReason = 'the last round used all rows';
  const rounds = roundsFor(problem);
  for (const [k, rows] of rounds.entries()) {
    const part = rows === undefined ? problem : partOf(problem, rows, seed);
    const size = Math.max(...part.sources.map(({ x }) => x.rows), part.target.x.rows);
    const plain = await tries.run(baseline, part, size);
    if (!plain.predicted) throw noBaseline(plain.error ?? '');
    const done: { recipe: Recipe; trial: Trial }[] = [];
    for (const recipe of left) {
      if (tries.spent >= budgetSeconds) break;
      const trial = await tries.run(recipe, part, size);
      if (trial.predicted) done.push({ recipe, trial });
    }
    if (done.length > 0) {
      const gains = await gainsOf(
        toolkit,
        baseline,
        part,
        [plain, ...done.map(({ trial }) => trial)],
        setup,
      );
      ranked.push(
        done
          .map(({ recipe }, j) => ({ recipe, gain: gains[j]!, rows: size }))
          .sort((a, b) => b.gain - a.gain),
      );
    }
    if (tries.spent >= budgetSeconds) {
      stopReason = `the budget of ${budgetSeconds} s ran out`;
      break;
    }
    if (k + 1 === rounds.length) break;
    const best = (ranked.at(-1) ?? []).slice(0, Math.max(2, Math.ceil(left.length * keep)));
    left = affordable(
      best.map(({ recipe }) => recipe),
      done,
      budgetSeconds - tries.spent,
    );
    if (left.length > 0) continue;
    stopReason = 'what is left of the budget is too little for another round';
    break;
  }
  const ranking = furthestFirst(ranked);
  const top = ranking[0];
  return {
    ...(top && top.gain > 0 ? { best: top.recipe } : {}),
    ranking,
    trials: tries.count,
    resumed: tries.resumed,
    spentSeconds: tries.spent,
    stopReason,
  };
}

/** The expected gain of every trial but the first, which is source-only's. */
async function gainsOf(
  toolkit: Toolkit,
  baseline: Recipe,
  part: TransferProblem,
  trials: readonly Trial[],
  setup: SearchSetup,
): Promise<number[]> {
  const run = runOf(setup);
  const { problem: seen } = await buildRecipe(toolkit, baseline).steps.fit(part, run);
  const source = trainingRows('search', seen, ['classification'], 2);
  const nClasses = source.task.kind === 'classification' ? source.task.classes.length : 0;
  const rows = { source, target: { x: seen.target.x }, nClasses };
  const [own, ...others] = await guardScores(
    rows,
    trials.map(({ predicted }) => predicted ?? []),
    {},
    run,
  );
  return others.map((scores) => expectedGain(defaultGuardRule, scores, own!));
}

/** Rows per domain of each round; undefined for all. */
function roundsFor({ sources, target }: TransferProblem): (number | undefined)[] {
  const most = Math.max(...sources.map(({ x }) => x.rows), target.x.rows);
  const parts = [Math.ceil(most / 9), Math.ceil(most / 3)].filter((rows) => rows >= 100);
  return [...parts, undefined];
}

/** The first recipes that three times the rows leave time for, if every one takes 3² times as long. */
function affordable(
  best: readonly Recipe[],
  done: readonly { readonly recipe: Recipe; readonly trial: Trial }[],
  seconds: number,
): Recipe[] {
  const took = new Map(done.map(({ recipe, trial }) => [recipe, trial.seconds]));
  let sum = 0;
  return best.filter((recipe) => {
    sum += 9 * (took.get(recipe) ?? 0);
    return sum <= seconds;
  });
}

/** Later rounds first; a recipe only where it came furthest. */
function furthestFirst(rounds: readonly (readonly Ranked[])[]): Ranked[] {
  const seen = new Set<string>();
  return [...rounds].reverse().flatMap((round) =>
    round.filter(({ recipe }) => {
      if (seen.has(recipe.name)) return false;
      seen.add(recipe.name);
      return true;
    }),
  );
}

/** The problem without the labels that the guard will judge by. Errors: `UNSUPPORTED`. */
function forLearning(problem: TransferProblem, seed: number): TransferProblem {
  const { target } = problem;
  if (target.task.kind === 'regression') {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who: 'search',
      message:
        'chooses by scores for classes; for numbers there are none. Compare recipes on target labels instead.',
      details: { capability: 'task', received: target.task.kind },
    });
  }
  if (!target.labelled) return problem;
  const { x, y } = target.labelled;
  const { learn } = splitLabels(y, seed);
  const labelled = { x: selectRows(x, learn), y: Float64Array.from(learn, (i) => y[i]!) };
  return { ...problem, target: { ...target, labelled } };
}

function noBaseline(reason: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'search',
    message: `source-only could not be fitted, so that nothing can be judged: ${reason}`,
    details: { argument: 'recipes', reason: 'no-baseline' },
  });
}

import {
  isTransferError,
  type LabelledInput,
  type Learner,
  type ProblemInput,
  type RunOptions,
  step,
  TransferError,
} from '@graft-ml/core';
import { type RandomSource, randomSource } from '@graft-ml/numerics';
import { checkWhole } from '../internal/check.js';
import {
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
} from './cross-validate.js';

/** Values to try for each option. */
export type Grid<O> = { readonly [K in keyof O]?: readonly NonNullable<O[K]>[] };

/** Values to draw from for each option: a list, or a function of a random source. */
export type Space<O> = {
  readonly [K in keyof O]?:
    readonly NonNullable<O[K]>[] | ((random: RandomSource) => NonNullable<O[K]>);
};

/** One set of options and how it did. */
export interface Trial<O> {
  readonly options: O;
  /** Absent where the learner refused these options or this data. */
  readonly validation?: CrossValidation;
  /** Why it is absent. */
  readonly error?: TransferError;
}

export interface SearchResult<O> {
  /** The options with the largest mean score, of equal ones those tried first. */
  readonly best: O;
  readonly score: number;
  /** All trials in the order they were made. */
  readonly trials: readonly Trial<O>[];
}

/** Tries every combination of the values by cross-validation.
 *
 * Errors    `INVALID_DATA` where no combination could be fitted; the first error is its cause. `ABORTED` ends the search.
 * Example   const { best } = await gridSearch((o) => new LogisticRegression(o), { regularization: [0.1, 1, 10] }, { x, y });
 */
export function gridSearch<O extends object>(
  make: (options: O) => Learner,
  grid: Grid<O>,
  data: ProblemInput | LabelledInput,
  options?: CrossValidationOptions,
  run?: RunOptions,
): Promise<SearchResult<O>> {
  let combinations: Partial<O>[] = [{}];
  for (const name of Object.keys(grid) as (keyof O)[]) {
    const values = grid[name] ?? [];
    combinations = combinations.flatMap((given) =>
      values.map((value) => ({ ...given, [name]: value })),
    );
  }
  return tryAll('gridSearch', make, combinations as O[], data, options, run);
}

/** Tries `nTrials` random draws of options by cross-validation: better than a grid where few of many options matter.
 *
 * Draws are independent of each other and decided by the run's seed. Errors: as {@link gridSearch}. Paper: bergstra2012.
 */
export function randomSearch<O extends object>(
  make: (options: O) => Learner,
  space: Space<O>,
  nTrials: number,
  data: ProblemInput | LabelledInput,
  options?: CrossValidationOptions,
  run?: RunOptions,
): Promise<SearchResult<O>> {
  checkWhole(nTrials, 1, 1e6, 'randomSearch', 'nTrials');
  const random = randomSource(run?.seed ?? 0).stream('search');
  const drawn = Array.from({ length: nTrials }, (_, t) => {
    const own = random.stream(t);
    const chosen: Partial<O> = {};
    for (const name of Object.keys(space) as (keyof O)[]) {
      const values = space[name];
      if (values) chosen[name] = typeof values === 'function' ? values(own) : own.choice(values);
    }
    return chosen as O;
  });
  return tryAll('randomSearch', make, drawn, data, options, run);
}

async function tryAll<O extends object>(
  who: string,
  make: (options: O) => Learner,
  combinations: readonly O[],
  data: ProblemInput | LabelledInput,
  options: CrossValidationOptions | undefined,
  run: RunOptions | undefined,
): Promise<SearchResult<O>> {
  const trials: Trial<O>[] = [];
  let best: O | undefined;
  let score = -Infinity;
  for (const given of combinations) {
    const trial = await tryOne(make, given, data, options, run);
    trials.push(trial);
    if (trial.validation && trial.validation.mean > score) {
      best = given;
      score = trial.validation.mean;
    }
    await step(run, who, { stage: 'searching', done: trials.length, total: combinations.length });
  }
  if (best) return { best, score, trials };
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message: `none of the ${combinations.length} combinations could be fitted. ${trials[0]?.error?.message ?? 'Give at least one value per option.'}`,
    details: { reason: 'no-trial' },
    cause: trials[0]?.error,
  });
}

async function tryOne<O extends object>(
  make: (options: O) => Learner,
  options: O,
  data: ProblemInput | LabelledInput,
  validation: CrossValidationOptions | undefined,
  run: RunOptions | undefined,
): Promise<Trial<O>> {
  try {
    const own = run && { ...run, onProgress: () => undefined };
    return { options, validation: await crossValidate(make(options), data, validation, own) };
  } catch (error) {
    if (!isTransferError(error) || error.code === 'ABORTED') throw error;
    return { options, error };
  }
}

import type { ProblemInput, Progress } from '@graft-ml/core';
import type { Recipe } from './recipe.js';

/** One recipe tried on a part of the rows, as plain JSON: what a journal keeps. */
export interface Trial {
  readonly recipe: string;
  /** Rows per domain it was tried on, at most. */
  readonly rows: number;
  readonly seconds: number;
  /** Encoded predictions for the target rows of the part; absent where it failed. */
  readonly predicted?: readonly number[];
  readonly error?: string;
}

/** Where trials outlive the process. */
export interface SearchJournal {
  /** Trials of an earlier run of the same search. */
  readonly trials: readonly Trial[];
  /** Keeps one more, for good once the promise resolves. */
  readonly append: (trial: Trial) => Promise<void>;
}

export interface SearchSetup {
  readonly problem: ProblemInput;
  /** What to choose among, hyper-parameters written out; names must differ. */
  readonly recipes: readonly Recipe[];
  /** For all trials together, those in the journal included. */
  readonly budgetSeconds: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SearchProgress) => void;
  readonly journal?: SearchJournal;
  /** Share of the recipes that goes on to three times the rows. In (0, 1), default 1/3. */
  readonly keep?: number;
  /** Seconds that have passed, from any origin. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

export interface SearchProgress extends Progress {
  readonly recipe: string;
  readonly spentSeconds: number;
}

export interface Ranked {
  readonly recipe: Recipe;
  /** Gain in accuracy over source-only that the guard's scores expect, on the rows of the round. */
  readonly gain: number;
  readonly rows: number;
}

export interface SearchResult {
  /** Expected to gain most; undefined where no recipe is expected to gain. */
  readonly best?: Recipe;
  /** Those that came furthest first, by expected gain within a round. */
  readonly ranking: readonly Ranked[];
  readonly trials: number;
  /** Of them, taken from the journal. */
  readonly resumed: number;
  readonly spentSeconds: number;
  /** Why it ended, in words. */
  readonly stopReason: string;
}

import type { GuardRule } from './guard-rule.js';
import type { GuardRows, GuardScoreOptions, GuardScores } from './guard-scores.js';

/** What a model says about the target. */
export interface GuardModel {
  readonly name: string;
  /** Predicted classes of the target rows, encoded [nTarget]. */
  readonly predicted: ArrayLike<number>;
  /** Predicted classes of the labelled target rows, where there are any [nLabelled]. The model must not have learned from them. */
  readonly labelled?: ArrayLike<number>;
}

export interface GuardProblem extends GuardRows {
  readonly sourceOnly: GuardModel;
  /** At least one. */
  readonly candidates: readonly GuardModel[];
  /** True classes of labelled target rows that none of the models has learned from. */
  readonly labels?: ArrayLike<number>;
}

export interface GuardOptions extends GuardScoreOptions {
  /** Default {@link defaultGuardRule}. */
  readonly rule?: GuardRule;
}

/** What is expected of one candidate, beside source-only. */
export interface GuardEstimate {
  readonly name: string;
  /** Expected gain in accuracy over source-only, in [−1, 1]; for numbers in R². */
  readonly gain: number;
  /** 90 % interval of the gain. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Share of target rows on which the two models differ: no gain or loss can be larger. */
  readonly differs: number;
  /** Absent for numbers, which labels alone judge. */
  readonly scores?: GuardScores;
  /** How many of the views put the candidate above source-only, of how many there are: where they disagree, doubt the gain. */
  readonly agreement: { readonly favour: number; readonly views: number };
}

export interface GuardDecision {
  /** `'adapt'`: use `choice`. `'fallback'`: source-only is expected to be at least as good. `'abstain'`: too little to tell by;
   * source-only is the choice, because it is what was there before. */
  readonly decision: 'adapt' | 'fallback' | 'abstain';
  /** Name of the model to use. */
  readonly choice: string;
  /** Expected gain of the best candidate, whether it was taken or not. */
  readonly gain: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
  readonly estimates: readonly GuardEstimate[];
  /** What the same views say about source-only; absent where nothing could be judged. */
  readonly sourceOnly?: GuardScores;
}

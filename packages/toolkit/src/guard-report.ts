import type { GuardDecision } from '@graft-ml/diagnosis';

/** Whether the guard against negative transfer looks on. */
export type GuardSwitch = 'on' | 'off';

/** What the guard says about fitted recipes, as plain JSON. */
export interface GuardReport extends GuardDecision {
  /** False where nothing could be judged: then `choice` is what would be used without a guard, and `reasons` say why. */
  readonly judged: boolean;
  /** Labelled target rows that it judged by; none of them taught a model it looked at. */
  readonly labelsUsed: number;
  /** What the guard costs beside the recipes: its own fits and its scores. */
  readonly seconds: number;
}

/** A report that judges nothing, and why. */
export function unjudged(choice: string, reason: string, seconds: number): GuardReport {
  return {
    decision: 'abstain',
    choice,
    gain: 0,
    interval: { low: -1, high: 1 },
    reasons: [reason],
    estimates: [],
    judged: false,
    labelsUsed: 0,
    seconds,
  };
}

import type { GuardScores } from './guard-scores.js';

/** How scores become an expected gain, as data. */
export interface GuardRule {
  /** Points of accuracy per point that a score of the adapted model lies above source-only's. */
  readonly weights: {
    readonly consensus: number;
    readonly nearestSource: number;
    readonly reverse: number;
    readonly neighbours: number;
  };
  /** Expected gain in accuracy above which the adapted model is taken. */
  readonly margin: number;
  /** Half the width of the 90 % interval, per share of rows on which the two models differ. */
  readonly halfWidth: number;
  /** Fewest target rows to judge by. */
  readonly minRows: number;
}

/** The rule that `docs/benchmarks/guard.md` arrives at on its tuning half. */
export const defaultGuardRule: GuardRule = {
  weights: { consensus: 0.03, nearestSource: 0.19, reverse: 0.2, neighbours: 0.34 },
  margin: 0.01,
  halfWidth: 0.6,
  minRows: 30,
};

/** Σ weight · (score of the model − score of source-only): the expected gain in accuracy. A score that is absent adds nothing. */
export function expectedGain(rule: GuardRule, model: GuardScores, sourceOnly: GuardScores): number {
  const { weights } = rule;
  const agreed =
    model.consensus !== undefined && sourceOnly.consensus !== undefined
      ? model.consensus - sourceOnly.consensus
      : 0;
  return (
    weights.consensus * agreed +
    weights.nearestSource * (model.nearestSource - sourceOnly.nearestSource) +
    weights.reverse * (model.reverse - sourceOnly.reverse) +
    weights.neighbours * (model.neighbours - sourceOnly.neighbours)
  );
}

import type { GuardScores } from './guard-scores.js';

/** A number that {@link expectedGain} reads. */
export interface GuardView {
  readonly score: keyof GuardScores;
  /** Whose score: the candidate's, source-only's, or the candidate's less source-only's. */
  readonly of: 'candidate' | 'source-only' | 'difference';
  /** Mean and standard deviation where the rule was made, by which the view is standardised. */
  readonly mean: number;
  readonly spread: number;
}

/** An expected gain in accuracy as a quadratic function of views, as data.
 *
 * gain = constant + Σ_i linear_i·z_i + Σ_{i ≤ j} products_ij·z_i·z_j,   z = (view − mean)/spread, cut to [−3, 3]
 */
export interface GainRule {
  readonly views: readonly GuardView[];
  readonly constant: number;
  /** One per view. */
  readonly linear: readonly number[];
  /** Row i holds the weights of z_i·z_j for j = i, i + 1, … */
  readonly products: readonly (readonly number[])[];
  /** Expected gain above which the adapted model is taken. */
  readonly margin: number;
  /** Half the width of the 90 % interval, per share of rows on which the two models differ. */
  readonly halfWidth: number;
}

/** How the guard judges, as data. */
export interface GuardRule {
  /** For a candidate among others. */
  readonly amongOthers: GainRule;
  /** For the only candidate, which no other model can support. */
  readonly alone: GainRule;
  /** Fewest target rows to judge by. */
  readonly minRows: number;
}

/** The part of a rule that applies to a candidate with these scores. */
export function gainRuleFor(rule: GuardRule, scores: GuardScores): GainRule {
  return scores.support === undefined ? rule.alone : rule.amongOthers;
}

/** The expected gain of a candidate over source-only in accuracy, see {@link GainRule}; 0 where they predict the same. */
export function expectedGain(rule: GuardRule, model: GuardScores, sourceOnly: GuardScores): number {
  if (model.differs === 0) return 0;
  const { views, constant, linear, products } = gainRuleFor(rule, model);
  const z = views.map((view) => {
    const value = viewOf(view, model, sourceOnly);
    return Math.min(3, Math.max(-3, (value - view.mean) / view.spread));
  });
  let gain = constant;
  for (let i = 0; i < z.length; i++) {
    gain += linear[i]! * z[i]!;
    for (let j = i; j < z.length; j++) gain += products[i]![j - i]! * z[i]! * z[j]!;
  }
  return gain;
}

/** The number a view stands for; a score that is absent counts as 0. */
export function viewOf(
  { score, of }: Pick<GuardView, 'score' | 'of'>,
  model: GuardScores,
  sourceOnly: GuardScores,
): number {
  const own = model[score] ?? 0;
  const before = sourceOnly[score] ?? 0;
  return of === 'candidate' ? own : of === 'source-only' ? before : own - before;
}

import type { GuardScores } from './guard-scores.js';

/** A view of a candidate beside source-only: a number that {@link expectedGain} reads. */
export interface GuardView {
  /** `support` and `differs` as they are; the others as difference between the candidate and source-only. */
  readonly name: keyof GuardScores;
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
  const z = views.map(({ name, mean, spread }) => {
    const value = model[name] ?? 0;
    const view = name === 'support' || name === 'differs' ? value : value - sourceOnly[name];
    return Math.min(3, Math.max(-3, (view - mean) / spread));
  });
  let gain = constant;
  for (let i = 0; i < z.length; i++) {
    gain += linear[i]! * z[i]!;
    for (let j = i; j < z.length; j++) gain += products[i]![j - i]! * z[i]! * z[j]!;
  }
  return gain;
}

import type { Facts } from './facts.js';
import { type MeasuredGain, measuredGain } from './measured-gains.js';
import { type AdviceRule, defaultAdviceRules } from './rules.js';

/** One way to go, with the reason for it. */
export interface Recommendation {
  /** A recipe: the short name of a method, with options where they matter; `source-only` or `target-only`. */
  readonly method: string;
  /** Never above 0.9; halved for every fact that the rule asks for and nobody knows. */
  readonly confidence: number;
  /** What it did in the benchmark on domains that overlap as these do; absent where it was not measured. */
  readonly measured?: MeasuredGain;
  readonly cost: AdviceRule['cost'];
  readonly reason: string;
  readonly rule: string;
}

export interface Advice {
  /** The best first. Empty where no rule applies. */
  readonly recommendations: readonly Recommendation[];
  /** False where the best recommendation is not to transfer. */
  readonly transfer: boolean;
  /** What to find out next, in a sentence. */
  readonly nextStep: string;
}

/** Ranks what to try for the facts given, by rules that are data. Three-valued: an unknown fact contradicts nothing and
 * halves confidence, unless the rule requires it.
 *
 * Within a rule, later methods count 0.9 times the one before. A method that several rules name keeps its best confidence.
 * Example   advise(factsOf(toProblem(problem), await diagnose(problem))).recommendations[0]
 */
export function advise(facts: Facts, rules: readonly AdviceRule[] = defaultAdviceRules): Advice {
  const best = new Map<string, Recommendation>();
  for (const rule of rules) {
    const certainty = certaintyOf(rule, facts);
    rule.methods.forEach((method, place) => {
      const confidence = Math.min(0.9, rule.confidence * certainty * 0.9 ** place);
      if (confidence === 0 || confidence <= (best.get(method)?.confidence ?? 0)) return;
      const measured = measuredGain(method, facts);
      const { cost, reason, id } = rule;
      best.set(method, {
        method,
        confidence,
        ...(measured ? { measured } : {}),
        cost,
        reason,
        rule: id,
      });
    });
  }
  const recommendations = [...best.values()].sort((a, b) => b.confidence - a.confidence);
  const first = recommendations[0]?.method;
  return {
    recommendations,
    transfer: first !== undefined && first !== 'source-only' && first !== 'target-only',
    nextStep: nextStep(facts),
  };
}

/** 0 where a fact contradicts the rule or a required one is unknown; else ½ to the number of listed facts unknown. */
function certaintyOf({ when, requires = [] }: AdviceRule, facts: Facts): number {
  let certainty = 1;
  for (const [name, values] of Object.entries(when)) {
    const fact = facts[name as keyof Facts];
    const listed = (values as readonly string[]).includes(fact);
    if (listed) continue;
    if (fact !== 'unknown' || requires.includes(name as keyof Facts)) return 0;
    certainty /= 2;
  }
  return certainty;
}

function nextStep(facts: Facts): string {
  if (facts.marginal === 'unknown' && facts.features !== 'different') {
    return 'Test whether the features shift: diagnose(problem).';
  }
  if (facts.targetLabels === 'none') {
    return 'Label some 20 target rows at random: nothing else shows whether P(Y|X) differs, and the guard uses them.';
  }
  if (facts.targetLabels === 'few') {
    return 'Draw a learning curve with and without transfer over the target labels there are.';
  }
  return 'Compare with target-only on held-out target rows.';
}

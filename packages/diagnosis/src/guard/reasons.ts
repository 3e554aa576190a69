import type { GuardDecision, GuardEstimate } from './guard-types.js';
import type { GuardScores } from './guard-scores.js';
import { intervalOf, type View } from './view.js';

/** A decision in sentences: the verdict, how sure it is, the four scores, the labels. */
export function reasonsOf(
  decision: GuardDecision['decision'],
  view: View,
  own: GuardScores,
  baseline: string,
  margin: number,
  nLabels: number,
): string[] {
  const { candidate, gain, differs, scores } = view;
  const { low, high } = intervalOf(view);
  const verdict = {
    adapt: `${candidate.name} is expected to gain ${points(gain)} over ${baseline}, more than the margin of ${points(margin)}.`,
    abstain: `${candidate.name} may gain ${points(gain)} over ${baseline}, within the margin of ${points(margin)}: too little to act on.`,
    fallback: `No candidate is expected to gain; the best, ${candidate.name}, by ${points(gain)}.`,
  }[decision];
  const { favour, views } = agreementOf(scores, own);
  return [
    verdict,
    `They differ on ${(100 * differs).toFixed(0)} % of the target rows; the gain lies between ${points(low)} and ${points(high)} in nine of ten such cases.`,
    `${favour} of ${views} views favour ${candidate.name}.`,
    ...pairsOf(scores, own).map(
      ([what, model, before]) =>
        `${what}: ${(100 * model).toFixed(1)} % against ${(100 * before).toFixed(1)} %.`,
    ),
    nLabels > 1
      ? `${nLabels} labelled target rows were used: half to choose among candidates, half to decide.`
      : 'No labelled target rows were used: harm can be made unlikely, not ruled out.',
  ];
}

/** How many views favour a candidate over source-only, of how many there are of both. */
export function agreementOf(scores: GuardScores, own: GuardScores): GuardEstimate['agreement'] {
  const pairs = pairsOf(scores, own);
  return {
    favour: pairs.filter(([, model, before]) => model > before).length,
    views: pairs.length,
  };
}

function pairsOf(scores: GuardScores, own: GuardScores): [string, number, number][] {
  const all: [string, number | undefined, number | undefined][] = [
    ['Agreement with the other models', scores.consensus, own.consensus],
    ['Agreement with the nearest source rows', scores.nearestSource, own.nearestSource],
    ['Predicting the source back', scores.reverse, own.reverse],
    ['Agreement with neighbouring target rows', scores.neighbours, own.neighbours],
  ];
  return all.flatMap(([what, model, before]): [string, number, number][] =>
    model === undefined || before === undefined ? [] : [[what, model, before]],
  );
}

function points(share: number): string {
  return `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)} points`;
}

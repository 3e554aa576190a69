import type { GuardDecision, GuardEstimate } from './guard-types.js';
import type { GuardScores } from './guard-scores.js';
import { intervalOf, type View } from './view.js';

/** A decision in sentences: the verdict, how sure it is, the views, the labels. */
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
    ...viewsOf(scores, own).map(({ words }) => words),
    `Predicted class shares lie ${points(scores.classShift)} from those of the source, source-only's ${points(own.classShift)}.`,
    nLabels > 1
      ? `${nLabels} labelled target rows were used: half to choose among candidates, half to decide.`
      : 'No labelled target rows were used: harm can be made unlikely, not ruled out.',
  ];
}

/** How many views favour a candidate over source-only, of how many there are of both. */
export function agreementOf(scores: GuardScores, own: GuardScores): GuardEstimate['agreement'] {
  const views = viewsOf(scores, own);
  return { favour: views.filter(({ favours }) => favours).length, views: views.length };
}

/** The views in words, and whether each favours the candidate. */
function viewsOf(scores: GuardScores, own: GuardScores) {
  const { support } = scores;
  const pairs: [string, number, number][] = [
    ['Agreement with the nearest source rows', scores.nearestSource, own.nearestSource],
    ['Predicting the source back', scores.reverse, own.reverse],
    ['Agreement with neighbouring target rows', scores.neighbours, own.neighbours],
  ];
  const compared = pairs.map(([what, model, before]) => ({
    words: `${what}: ${(100 * model).toFixed(1)} % against ${(100 * before).toFixed(1)} %.`,
    favours: model > before,
  }));
  if (support === undefined) return compared;
  const side = support < 0 ? 'less' : 'more';
  const votes = `Agreement with the other candidates: ${points(Math.abs(support))} ${side} than source-only's.`;
  return [{ words: votes, favours: support > 0 }, ...compared];
}

function points(share: number): string {
  return `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)} points`;
}

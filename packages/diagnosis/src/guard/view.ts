import type { GuardModel } from './guard-types.js';
import type { GuardScores } from './guard-scores.js';

/** A candidate beside source-only. */
export interface View {
  readonly candidate: GuardModel;
  readonly scores: GuardScores;
  readonly differs: number;
  /** Standard deviation of the gain. */
  readonly spread: number;
  readonly gain: number;
}

/** The view after looking at the labelled rows of one half, as precision-weighted mean. */
export function withLabels(
  view: View,
  sourceOnly: GuardModel,
  labels: ArrayLike<number> | undefined,
  halves: ArrayLike<number> | undefined,
  half: number,
): View {
  const { candidate, spread } = view;
  if (!labels || !halves || !candidate.labelled || !sourceOnly.labelled || spread === 0)
    return view;
  let n = 0;
  let won = 0;
  let lost = 0;
  for (let i = 0; i < labels.length; i++) {
    if (halves[i] !== half) continue;
    n++;
    const right = candidate.labelled[i] === labels[i];
    const before = sourceOnly.labelled[i] === labels[i];
    if (right && !before) won++;
    if (before && !right) lost++;
  }
  if (n === 0) return view;
  const observed = (won - lost) / n;
  // One imagined row on either side keeps the variance from 0 where the models agree on all rows.
  const variance = ((won + lost + 1) / (n + 2) - ((won - lost) / (n + 2)) ** 2) / n;
  const precision = 1 / spread ** 2 + 1 / variance;
  return {
    ...view,
    gain: (view.gain / spread ** 2 + observed / variance) / precision,
    spread: Math.sqrt(1 / precision),
  };
}

/** 90 % interval of the gain, which cannot exceed the share of rows on which the models differ. */
export function intervalOf({ gain, spread, differs }: View) {
  const cut = (value: number) => Math.min(differs, Math.max(-differs, value));
  return { low: cut(gain - 1.645 * spread), high: cut(gain + 1.645 * spread) };
}

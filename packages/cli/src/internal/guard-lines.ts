import type { TaskKind } from '@graft-ml/core';
import type { GuardReport } from '@graft-ml/toolkit';

/** The guard's verdict in two sentences: what it would use and what it cost beside the fits. */
export function guardLines(guard: GuardReport, fitSeconds: number, kind: TaskKind): string {
  const { decision, choice, judged, labelsUsed, reasons, seconds } = guard;
  if (!judged) return `Guard: no verdict. ${reasons[0] ?? ''}`;
  const gain = gainText(guard, kind);
  const verdict = {
    adapt: `use ${choice}, expecting ${gain}`,
    abstain: `keep ${choice}: the best candidate may gain ${gain}, too little to act on`,
    fallback: `keep ${choice}: no candidate is expected to gain (best: ${gain})`,
  }[decision];
  const seen =
    labelsUsed > 0
      ? `judged by ${labelsUsed} labelled target rows that no model learned from`
      : 'judged without a target label';
  return `Guard: ${verdict}. It ${seen}, in ${seconds.toFixed(1)} s beside ${fitSeconds.toFixed(1)} s of fitting.`;
}

/** `+2.3 points [−1.0, +5.6]`, or `+0.023 [−0.010, +0.056] in R²`. */
function gainText({ gain, interval }: GuardReport, kind: TaskKind): string {
  const [middle, low, high] = [gain, interval.low, interval.high].map((value) =>
    changeText(value, kind),
  );
  return kind === 'classification'
    ? `${middle} points [${low}, ${high}]`
    : `${middle} [${low}, ${high}] in R²`;
}

/** A change in points of accuracy or in R², with its sign. */
export function changeText(change: number, kind: TaskKind): string {
  return kind === 'classification' ? points(change) : signed(change, 3);
}

/** A share in points with its sign. */
export function points(share: number): string {
  return signed(100 * share, 1);
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

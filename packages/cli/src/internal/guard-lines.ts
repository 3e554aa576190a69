import type { GuardReport } from '@graft-ml/toolkit';

/** The guard's verdict in two sentences: what it would use and what it cost beside the fits. */
export function guardLines(guard: GuardReport, fitSeconds: number): string {
  const { decision, choice, judged, labelsUsed, reasons, seconds } = guard;
  if (!judged) return `Guard: no verdict. ${reasons[0] ?? ''}`;
  const verdict = {
    adapt: `use ${choice}, expecting ${gainText(guard)}`,
    abstain: `keep ${choice}: the best candidate may gain ${gainText(guard)}, too little to act on`,
    fallback: `keep ${choice}: no candidate is expected to gain (best: ${gainText(guard)})`,
  }[decision];
  const seen =
    labelsUsed > 0
      ? `judged by ${labelsUsed} labelled target rows that no model learned from`
      : 'judged without a target label';
  return `Guard: ${verdict}. It ${seen}, in ${seconds.toFixed(1)} s beside ${fitSeconds.toFixed(1)} s of fitting.`;
}

/** `+2.3 points [−1.0, +5.6]`. */
function gainText({ gain, interval }: GuardReport): string {
  return `${points(gain)} points [${points(interval.low)}, ${points(interval.high)}]`;
}

/** A share in points with its sign. */
export function points(share: number): string {
  const digits = Math.abs(100 * share).toFixed(1);
  if (digits === '0.0') return digits;
  return `${share < 0 ? '−' : '+'}${digits}`;
}

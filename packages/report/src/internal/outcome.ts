import type { FinishedRun, ReportInput, ReportRun } from '../report-input.js';

/** What a run did to the score of source-only.
 *
 * `same`: the change prints as zero. `unclear`: the 95 % interval says it may be chance. `unjudged`: there is no score, or
 * no score of source-only, to judge by.
 */
export type Outcome = 'baseline' | 'helped' | 'hurt' | 'unclear' | 'same' | 'unjudged' | 'failed';

export interface JudgedRun {
  readonly run: ReportRun;
  readonly outcome: Outcome;
  /** Accuracy, or R² of a regression. */
  readonly score?: number;
  /** Score minus that of source-only. */
  readonly change?: number;
}

/** Below this a change prints as `0.0 points` or `0.000`. */
const smallestShown = 0.0005;

/** Every run with what it did, best score first, then those without a score, then those that failed. */
export function judgeRuns(input: ReportInput): JudgedRun[] {
  const baseline = baselineScore(input);
  const judged = input.runs.map((run) => judge(run, baseline));
  return judged.sort(
    (a, b) =>
      Number(a.outcome === 'failed') - Number(b.outcome === 'failed') ||
      (b.score ?? -Infinity) - (a.score ?? -Infinity) ||
      Number(b.run.isBaseline) - Number(a.run.isBaseline) ||
      0,
  );
}

/** The score of source-only, if it was run, did not fail and was scored. */
export function baselineScore(input: ReportInput): number | undefined {
  const run = input.runs.find((candidate) => candidate.isBaseline);
  return run?.status === 'ok' ? scoreOf(run) : undefined;
}

function judge(run: ReportRun, baseline: number | undefined): JudgedRun {
  if (run.status === 'failed') return { run, outcome: 'failed' };
  const score = scoreOf(run);
  if (score === undefined) return { run, outcome: run.isBaseline ? 'baseline' : 'unjudged' };
  if (run.isBaseline) return { run, outcome: 'baseline', score };
  if (baseline === undefined) return { run, outcome: 'unjudged', score };
  const change = score - baseline;
  return { run, outcome: outcomeOf(run, change, baseline), score, change };
}

function outcomeOf(run: FinishedRun, change: number, baseline: number): Outcome {
  if (Math.abs(change) < smallestShown) return 'same';
  const { changeInterval, interval } = run;
  const mayBeChance = changeInterval
    ? changeInterval.low <= 0 && changeInterval.high >= 0
    : interval && interval.low <= baseline && interval.high >= baseline;
  if (mayBeChance) return 'unclear';
  return change > 0 ? 'helped' : 'hurt';
}

function scoreOf(run: FinishedRun): number | undefined {
  return run.accuracy ?? run.rSquared;
}

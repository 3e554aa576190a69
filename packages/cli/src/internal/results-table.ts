import type { TaskKind } from '@graft-ml/core';
import type { Interval, ReportInput, ReportRun } from '@graft-ml/report';
import type { GuardReport } from '@graft-ml/toolkit';
import Table, { type HorizontalAlignment } from 'cli-table3';
import colors from 'picocolors';
import { changeText as guardChange } from './guard-lines.js';

/** The runs as a table for a terminal: best first, with the change against learning from the source alone.
 *
 * ▲ and ▼ mark changes whose 95 % interval leaves out zero; ≈ marks those that chance may have made. The guard's column says
 * what it expects of a recipe before any label is seen; ✔ is what it would use.
 */
export function resultsTable({ problem, runs }: ReportInput, guard?: GuardReport): string {
  const regression = problem.task.kind === 'regression';
  const base = runs.filter(({ isBaseline }) => isBaseline).map(scoreOf)[0];
  const head = [
    'recipe',
    regression ? 'R²' : 'accuracy',
    'vs source-only',
    ...(guard?.judged ? ['guard'] : []),
    'seconds',
    'memory',
    'notes',
  ];
  const table = new Table({
    head: head.map((name) => colors.bold(name)),
    colAligns: ['left', ...head.slice(1, -1).map((): HorizontalAlignment => 'right'), 'left'],
    style: { head: [], border: [], compact: true },
  });
  const ranked = [...runs].sort((a, b) => (scoreOf(b) ?? -Infinity) - (scoreOf(a) ?? -Infinity));
  for (const run of ranked) {
    const score = scoreOf(run);
    table.push([
      run.recipe,
      score === undefined ? '–' : regression ? score.toFixed(3) : `${(100 * score).toFixed(1)} %`,
      run.isBaseline || score === undefined || base === undefined
        ? ''
        : changeText(score - base, run, regression),
      ...(guard?.judged ? [guardText(run, guard, problem.task.kind)] : []),
      run.seconds.toFixed(2),
      run.peakMemoryMb === undefined ? '' : `${run.peakMemoryMb} MB`,
      notes(run),
    ]);
  }
  return table.toString();
}

function scoreOf(run: ReportRun): number | undefined {
  return run.status === 'ok' ? (run.accuracy ?? run.rSquared) : undefined;
}

function changeText(change: number, run: ReportRun, regression: boolean): string {
  const size = regression ? Math.abs(change).toFixed(3) : (100 * Math.abs(change)).toFixed(1);
  const text = `${change < 0 ? '−' : '+'}${size}`;
  const interval: Interval = (run.status === 'ok' ? run.changeInterval : undefined) ?? {
    low: change,
    high: change,
  };
  if (interval.low > 0) return colors.green(`${text} ▲`);
  return interval.high < 0 ? colors.red(`${text} ▼`) : `${text} ≈`;
}

function guardText(
  { recipe }: ReportRun,
  { choice, estimates }: GuardReport,
  kind: TaskKind,
): string {
  const estimate = estimates.find(({ name }) => name === recipe);
  const text = estimate ? guardChange(estimate.gain, kind) : '';
  return recipe === choice ? colors.bold(`${text} ✔`.trim()) : `${text}  `;
}

function notes(run: ReportRun): string {
  if (run.status === 'failed') return colors.red(`failed: ${shorten(run.error.message)}`);
  return run.warnings.map(({ code }) => code).join(', ');
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

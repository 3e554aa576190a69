import type { Comparison, RunResult } from '@graft-ml/toolkit';
import { sourceOnly } from '@graft-ml/toolkit';
import Table from 'cli-table3';
import colors from 'picocolors';

/** The runs as a table for a terminal: best first, with the change against learning from the source alone. */
export function resultsTable({ problem, runs }: Comparison): string {
  const regression = problem.task === 'regression';
  const score = (run: RunResult) => (regression ? run.r2 : run.accuracy);
  const baseline = runs.find(({ recipe }) => recipe === sourceOnly);
  const base = baseline && score(baseline);
  const table = new Table({
    head: [
      'recipe',
      regression ? 'R²' : 'accuracy',
      `vs ${sourceOnly}`,
      'seconds',
      'memory',
      'notes',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  const ranked = [...runs].sort((a, b) => (score(b) ?? -Infinity) - (score(a) ?? -Infinity));
  for (const run of ranked) {
    const value = score(run);
    table.push([
      run.recipe,
      value === undefined ? '–' : regression ? value.toFixed(3) : percent(value),
      run === baseline || value === undefined || base === undefined
        ? ''
        : changeText(value - base, regression),
      run.seconds.toFixed(2),
      run.peakMemoryMb === undefined ? '' : `${run.peakMemoryMb} MB`,
      notes(run),
    ]);
  }
  return table.toString();
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function changeText(change: number, regression: boolean): string {
  const size = regression ? Math.abs(change).toFixed(3) : `${(100 * Math.abs(change)).toFixed(1)}`;
  if (change > 0) return colors.green(`+${size} ▲`);
  return change < 0 ? colors.red(`−${size} ▼`) : '0 ＝';
}

function notes({ status, error, warnings }: RunResult): string {
  if (status === 'failed') return colors.red(`failed: ${shorten(error?.message ?? '')}`);
  return warnings.map(({ code }) => code).join(', ');
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

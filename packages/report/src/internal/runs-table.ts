import type { TaskKind } from '@graft-ml/core';
import type { ReportInput } from '../report-input.js';
import { badge } from './badge.js';
import {
  formatChange,
  formatMegabytes,
  formatNumber,
  formatPlural,
  formatScore,
  formatSeconds,
} from './format.js';
import { markup, type Markup, type MarkupPart } from './markup.js';
import { judgeRuns, type JudgedRun } from './outcome.js';

/** Every run in one table. It is whole without the script, which only adds sorting. */
export function runsTable(input: ReportInput): Markup {
  const { kind } = input.problem.task;
  const rows = judgeRuns(input).map((judged, index) => row(kind, judged, index));
  const scores = kind === 'classification' ? ['Accuracy'] : ['R²', 'Squared error'];
  const numbers = [...scores, 'Change', 'Time', 'Memory', 'Warnings'];
  return markup`<div class="scroll" role="region" aria-label="All runs" tabindex="0">
<table id="runs">
<thead><tr>
<th scope="col" data-sort="text">Recipe</th>
${numbers.map((name) => markup`<th scope="col" data-sort="number" class="number">${name}</th>\n`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`;
}

function row(kind: TaskKind, judged: JudgedRun, index: number): Markup {
  const { run, outcome, score, change } = judged;
  const error = run.status === 'ok' ? run.meanSquaredError : undefined;
  return markup`<tr class="${outcome}" data-run="${index}">
<th scope="row" data-value="${run.title}"><a href="#run-${index}">${run.title}</a> <code>${run.recipe}</code></th>
${number(score, scoreCell(kind, judged))}${
    kind === 'regression' && number(error, error === undefined ? '–' : formatNumber(error))
  }${number(run.isBaseline ? 0 : change, changeCell(kind, judged))}${number(
    run.seconds,
    formatSeconds(run.seconds),
  )}${number(
    run.peakMemoryMb,
    run.peakMemoryMb === undefined ? '–' : formatMegabytes(run.peakMemoryMb),
  )}${number(run.warnings.length, warningsCell(judged, index))}</tr>
`;
}

/** A cell and the number it is sorted by. */
function number(value: number | undefined, content: MarkupPart): Markup {
  return markup`<td class="number" data-value="${value}">${content}</td>\n`;
}

function scoreCell(kind: TaskKind, { run, score }: JudgedRun): MarkupPart {
  if (run.status === 'failed') return badge('failed');
  if (score === undefined) return '–';
  const { interval } = run;
  const range =
    interval &&
    markup` <small>${formatScore(kind, interval.low)} to ${formatScore(kind, interval.high)}</small>`;
  return markup`<b>${formatScore(kind, score)}</b>${range}`;
}

function changeCell(kind: TaskKind, { run, outcome, change }: JudgedRun): MarkupPart {
  if (run.status === 'failed') return markup`<code>${run.error.code}</code>`;
  if (change === undefined) return badge(outcome);
  return markup`<b>${formatChange(kind, change)}</b> ${badge(outcome)}`;
}

function warningsCell({ run: { warnings } }: JudgedRun, index: number): MarkupPart {
  if (warnings.length === 0) return '–';
  const codes = warnings.map(({ code }) => code).join(', ');
  return markup`<a href="#run-${index}" title="${codes}">${formatPlural(warnings.length, 'warning')}</a>`;
}

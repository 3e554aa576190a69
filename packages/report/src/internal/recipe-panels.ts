import type { JsonObject, JsonValue } from '@graft-ml/core';
import type { FinishedRun, ReportInput } from '../report-input.js';
import { badge } from './badge.js';
import { definitionList, type Fact } from './definition-list.js';
import { formatEffectiveSample } from './effective-sample.js';
import {
  formatChange,
  formatCount,
  formatMegabytes,
  formatNumber,
  formatScore,
  formatSeconds,
} from './format.js';
import { markup, type Markup } from './markup.js';
import { judgeRuns, type JudgedRun } from './outcome.js';

/** What each run has to say for itself, one panel per run. The script shows the chosen one alone and draws below it. */
export function recipePanels(input: ReportInput): Markup {
  return markup`${judgeRuns(input).map((judged, index) => panel(input, judged, index))}`;
}

function panel(input: ReportInput, judged: JudgedRun, index: number): Markup {
  const { run, outcome } = judged;
  const failure = run.status === 'failed' && notice('Failed', run.error);
  const warnings = run.warnings.map((warning) => notice('Warning', warning));
  return markup`<article class="panel" id="run-${index}" data-run="${index}">
<h3>${run.title} ${badge(outcome)}</h3>
<p class="summary">${run.summary}</p>
${failure}${warnings}${definitionList(facts(input, judged))}
</article>
`;
}

function notice(
  kind: 'Failed' | 'Warning',
  { code, message }: { readonly code: string; readonly message: string },
): Markup {
  return markup`<p class="notice ${kind.toLowerCase()}"><b>${kind}</b> <code>${code}</code> ${message}</p>
`;
}

function facts(input: ReportInput, { run, score, change }: JudgedRun): Fact[] {
  const { kind } = input.problem.task;
  const found: Fact[] = [];
  if (score !== undefined) {
    const name = kind === 'classification' ? 'Accuracy' : 'R²';
    const against = change === undefined ? '' : ` (${formatChange(kind, change)})`;
    found.push([name, `${formatScore(kind, score)}${against}`]);
  }
  if (run.status === 'ok') found.push(...findings(run));
  found.push(['Time', formatSeconds(run.seconds)]);
  if (run.peakMemoryMb !== undefined)
    found.push(['Peak memory', formatMegabytes(run.peakMemoryMb)]);
  return found;
}

function findings({ weights, meanSquaredError, diagnostics }: FinishedRun): Fact[] {
  const found: Fact[] = [];
  if (meanSquaredError !== undefined) found.push(['Squared error', formatNumber(meanSquaredError)]);
  if (weights) found.push(['Effective sample size', formatEffectiveSample(weights)]);
  const { iterations, converged, stopReason, facts } = diagnostics;
  const end = converged === undefined ? '' : converged ? 'converged' : 'not converged';
  if (iterations !== undefined)
    found.push(['Iterations', [formatCount(iterations), end].filter(Boolean).join(', ')]);
  else if (end !== '') found.push(['Iteration', end]);
  if (stopReason !== undefined) found.push(['Stopped because', stopReason]);
  return [...found, ...describeFacts(facts ?? {})];
}

function describeFacts(facts: JsonObject): Fact[] {
  return Object.entries(facts).map(([name, value]): Fact => [inWords(name), describe(value)]);
}

function describe(value: JsonValue): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!isNumbers(value)) return JSON.stringify(value);
  const shown = value.map(formatNumber);
  if (value.length <= 6) return shown.join(', ');
  return `${formatCount(value.length)} values, from ${shown[0]!} to ${shown[shown.length - 1]!}`;
}

function isNumbers(value: JsonValue): value is readonly number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')
  );
}

/** `objectiveTrace` → `Objective trace`, `nComponents` → `Number of components`. */
function inWords(name: string): string {
  const full = name.replace(/^n(?=[A-Z])/, 'numberOf');
  const words = full.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

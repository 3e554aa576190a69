import type { JsonObject } from '@graft-ml/core';
import type { FinishedRun, ReportInput } from '../report-input.js';
import { confusionSection, scoresFact } from './confusion-section.js';
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
import { methodFacts } from './method-facts.js';
import { judgeRuns, type JudgedRun } from './outcome.js';

/** What each run has to say for itself, one panel per run. The script shows the chosen one alone and draws below it. */
export function recipePanels(input: ReportInput): Markup {
  return markup`${judgeRuns(input).map((judged, index) => panel(input, judged, index))}`;
}

function panel(input: ReportInput, judged: JudgedRun, index: number): Markup {
  const { run, outcome } = judged;
  const failure = run.status === 'failed' && notice('Failed', run.error);
  const warnings = run.warnings.map((warning) => notice('Warning', warning));
  const confusion = run.status === 'ok' ? confusionSection(run) : undefined;
  const own = methodFacts(run.status === 'ok' ? otherFacts(run, confusion !== undefined) : {});
  return markup`<article class="panel" id="run-${index}" data-run="${index}">
<h3>${run.title} ${badge(outcome)}</h3>
<p class="summary">${run.summary}</p>
${failure}${warnings}${definitionList(facts(input, judged, own.facts))}${confusion}${own.tables}
</article>
`;
}

/** Facts that have no picture of their own. */
function otherFacts({ diagnostics }: FinishedRun, drawn: boolean): JsonObject {
  const facts = Object.entries(diagnostics.facts ?? {});
  return Object.fromEntries(facts.filter(([name]) => !(drawn && name === scoresFact)));
}

function notice(
  kind: 'Failed' | 'Warning',
  { code, message }: { readonly code: string; readonly message: string },
): Markup {
  return markup`<p class="notice ${kind.toLowerCase()}"><b>${kind}</b> <code>${code}</code> ${message}</p>
`;
}

function facts(
  input: ReportInput,
  { run, score, change }: JudgedRun,
  own: readonly Fact[],
): Fact[] {
  const { kind } = input.problem.task;
  const found: Fact[] = [];
  if (score !== undefined) {
    const name = kind === 'classification' ? 'Accuracy' : 'R²';
    const against = change === undefined ? '' : ` (${formatChange(kind, change)})`;
    found.push([name, `${formatScore(kind, score)}${against}`]);
  }
  if (run.status === 'ok') found.push(...findings(run), ...own);
  found.push(['Time', formatSeconds(run.seconds)]);
  if (run.peakMemoryMb !== undefined)
    found.push(['Peak memory', formatMegabytes(run.peakMemoryMb)]);
  return found;
}

function findings({ weights, meanSquaredError, diagnostics }: FinishedRun): Fact[] {
  const found: Fact[] = [];
  if (meanSquaredError !== undefined) found.push(['Squared error', formatNumber(meanSquaredError)]);
  if (weights) found.push(['Effective sample size', formatEffectiveSample(weights)]);
  const { iterations, converged, stopReason } = diagnostics;
  const end = converged === undefined ? '' : converged ? 'converged' : 'not converged';
  if (iterations !== undefined)
    found.push(['Iterations', [formatCount(iterations), end].filter(Boolean).join(', ')]);
  else if (end !== '') found.push(['Iteration', end]);
  if (stopReason !== undefined) found.push(['Stopped because', stopReason]);
  return found;
}

import type { TaskKind } from '@graft-ml/core';
import type { ReportGuard, ReportGuardEstimate, ReportInput } from '../report-input.js';
import { formatChange, formatPercent, formatSeconds } from './format.js';
import { markup, type Markup } from './markup.js';
import { judgeRuns, type JudgedRun } from './outcome.js';

/** What the guard expected of every recipe before a label was seen, beside what came out. */
export function guardSection(input: ReportInput): Markup | undefined {
  const { guard } = input;
  if (!guard) return undefined;
  return markup`<section id="guard" aria-labelledby="guard-title">
<h2 id="guard-title">What the guard would do</h2>
<p class="lead">${verdictOf(guard)}</p>
${guard.judged && estimates(guard, judgeRuns(input), input.problem.task.kind)}
<details><summary>Its reasons</summary>
<ul>
${guard.reasons.map((reason) => markup`<li>${reason}</li>\n`)}</ul>
</details>
</section>`;
}

function verdictOf({
  decision,
  choice,
  judged,
  labelsUsed,
  seconds,
  reasons,
}: ReportGuard): Markup {
  if (!judged) return markup`No verdict. ${reasons[0]}`;
  const verdict = {
    adapt: markup`Use <b>${choice}</b>: it is expected to gain.`,
    abstain: markup`Keep <b>${choice}</b>: the best candidate may gain, but too little to act on.`,
    fallback: markup`Keep <b>${choice}</b>: no candidate is expected to gain.`,
  }[decision];
  const seen =
    labelsUsed > 0
      ? `by ${labelsUsed} labelled target rows that no model had learned from`
      : 'without a target label';
  return markup`${verdict} Judged ${seen}, in ${formatSeconds(seconds)}.`;
}

function estimates(
  { estimates: all, choice }: ReportGuard,
  judged: readonly JudgedRun[],
  kind: TaskKind,
): Markup {
  const measured = new Map(judged.map(({ run, change }) => [run.recipe, change]));
  const sizes = all.flatMap(({ name, gain, interval }) => [
    gain,
    interval.low,
    interval.high,
    measured.get(name) ?? 0,
  ]);
  const half = Math.max(0.01, ...sizes.map(Math.abs));
  const rows = [...all].sort((a, b) => b.gain - a.gain);
  return markup`<div class="estimates" role="table" aria-label="Expected gain over source-only">
<div role="row" class="estimate titles"><span role="columnheader">Recipe</span><span role="columnheader" class="ends"><span>${formatChange(kind, -half)}</span><span>source-only</span><span>${formatChange(kind, half)}</span></span><span role="columnheader" class="number">expected</span><span role="columnheader" class="number">measured</span></div>
${rows.map((estimate) => row(estimate, { change: measured.get(estimate.name), half, chosen: estimate.name === choice, kind }))}</div>
<p class="legend"><span><span class="sign" aria-hidden="true">●</span> expected gain with its 90 % interval</span><span><span class="sign" aria-hidden="true">◇</span> measured by the evaluation labels, which the guard never saw</span></p>`;
}

function row(
  { name, gain, interval, differs, agreement }: ReportGuardEstimate,
  {
    change,
    half,
    chosen,
    kind,
  }: {
    readonly change: number | undefined;
    readonly half: number;
    readonly chosen: boolean;
    readonly kind: TaskKind;
  },
): Markup {
  const at = (value: number): string => `${(50 + (48 * value) / half).toFixed(2)}%`;
  const places = `--low:${at(interval.low)};--high:${at(interval.high)};--at:${at(gain)}`;
  const views = `${agreement.favour} of ${agreement.views} views favour it; it differs on ${formatPercent(differs)} of the rows`;
  return markup`<div role="row" class="estimate${chosen && ' chosen'}" title="${views}"><span role="rowheader">${name}${chosen && markup` <b aria-label="chosen">✔</b>`}</span><span role="cell" class="track" style="${places}"><i class="range"></i><i class="dot"></i>${
    change !== undefined && markup`<i class="truth" style="--at:${at(change)}"></i>`
  }</span><span role="cell" class="number">${formatChange(kind, gain)}</span><span role="cell" class="number">${
    change === undefined ? '–' : formatChange(kind, change)
  }</span></div>
`;
}

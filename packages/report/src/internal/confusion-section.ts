import type { JsonObject, JsonValue } from '@graft-ml/core';
import type { FinishedRun } from '../report-input.js';
import { histogramBars, tallestShare } from './domain-histogram.js';
import { markup, type Markup } from './markup.js';

/** What a domain classifier makes of rows it has not seen. */
interface DomainScores {
  readonly auc: number;
  /** Rows per bin of P(target | row), from 0 to 1 in bins of equal width. */
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** The name under which a method leaves these scores in its facts. */
export const scoresFact = 'domainScores';

interface BeforeAndAfter {
  readonly before: DomainScores;
  readonly after: DomainScores;
}

/** How well the domains could be told apart by a network's features before it was made to confuse them and after;
 * undefined where a run says nothing of it. */
export function domainScoresOf({ diagnostics }: FinishedRun): BeforeAndAfter | undefined {
  const fact = diagnostics.facts?.[scoresFact];
  if (!isObject(fact)) return undefined;
  const { before, after } = fact;
  return isScores(before) && isScores(after) ? { before, after } : undefined;
}

/** Both histograms side by side, on one scale. */
export function confusionSection(run: FinishedRun): Markup | undefined {
  const scores = domainScoresOf(run);
  if (!scores) return undefined;
  const { before, after } = scores;
  const tallest = Math.max(tallestShare(before), tallestShare(after));
  return markup`<section class="domain-scores">
<h4>Can the domains be told apart by the network’s features?</h4>
<p class="legend"><span class="up">▲ source rows</span><span class="down">▼ target rows</span><span>by how much they look like the target to a classifier that has not seen them</span></p>
<div class="pair">
${picture('Before: trained on the source alone', before, tallest)}
${picture('After adaptation', after, tallest)}
</div>
</section>
`;
}

function picture(title: string, scores: DomainScores, tallest: number): Markup {
  return markup`<figure><figcaption><b>${title}</b><span>AUC <b>${scores.auc.toFixed(2)}</b>${aucInWords(scores.auc)}</span></figcaption>
<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${title}: histogram of how much rows look like the target, per domain; AUC ${scores.auc.toFixed(2)}"><path class="half" d="M50 0V100"/>${histogramBars(scores, tallest)}<path d="M0 50H100"/></svg>
<p class="ends"><span>0 surely source</span><span>½</span><span>surely target 1</span></p></figure>`;
}

/** Only what needs no judgement. */
function aucInWords(auc: number): string {
  if (auc >= 0.995) return ', no overlap';
  return Math.abs(auc - 0.5) < 0.05 ? ', as good as guessing' : '';
}

function isScores(value: JsonValue | undefined): value is JsonObject & DomainScores {
  if (!isObject(value)) return false;
  const { auc, source, target } = value;
  const counts = (list: JsonValue | undefined): list is readonly number[] =>
    Array.isArray(list) &&
    list.length > 0 &&
    list.length <= 100 &&
    list.every((count) => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0);
  return (
    typeof auc === 'number' &&
    auc >= 0 &&
    auc <= 1 &&
    counts(source) &&
    counts(target) &&
    source.length === target.length
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

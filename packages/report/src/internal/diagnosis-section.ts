import type {
  ReportDiagnosis,
  ReportDomainClassifier,
  ReportFeature,
  ReportShift,
} from '../report-input.js';
import { histogramBars, point } from './domain-histogram.js';
import { formatCount, formatPercent, formatPValue } from './format.js';
import { markup, type Markup } from './markup.js';
import { occurrencePictures } from './occurrence-pictures.js';

/** What differs between the domains, in words and in pictures that need no script. */
export function diagnosisSection(diagnosis: ReportDiagnosis | undefined): Markup | undefined {
  if (!diagnosis) return undefined;
  const { summary, unknown, sources, significance } = diagnosis;
  return markup`<section id="diagnosis" aria-labelledby="diagnosis-title">
<h2 id="diagnosis-title">What differs</h2>
${sentences(summary)}
${sources.map((shift) => shiftPictures(shift, significance))}
${
  unknown.length > 0 &&
  markup`<h3>What cannot be known from these rows</h3>
${sentences(unknown)}`
}
</section>`;
}

/** The outcome of a diagnosis in a sentence, for a report that holds nothing else. */
export function diagnosisHeadline({ sources }: ReportDiagnosis): string {
  if (sources.length === 0) return 'The features differ, so that rows cannot be compared.';
  const differing = sources.filter(({ answer }) => answer === 'differs');
  if (differing.length === 0)
    return 'No difference was found. That does not show that there is none.';
  const worst = differing.reduce((a, b) => (b.classifier.auc > a.classifier.auc ? b : a));
  return `The features differ: ${worst.nMoved} of ${worst.nFeatures} moved, and a classifier tells the domains apart with AUC ${worst.classifier.auc.toFixed(2)}.`;
}

function sentences(texts: readonly string[]): Markup {
  return markup`<ul class="sentences">
${texts.map((text) => markup`<li>${text}</li>\n`)}</ul>`;
}

function shiftPictures(shift: ReportShift, significance: number): Markup {
  const { source, rows, tests, classifier, occurrence } = shift;
  return markup`<h3>${source}</h3>
<p class="legend">${formatCount(rows.source)} of its rows and ${formatCount(rows.target)} target rows were tested. Below p = ${significance} a difference is called one; above it nothing is shown.</p>
<div class="shift">
<div>${featureTable(shift, significance)}</div>
<div>
${testTable(tests)}
${classifierPictures(classifier)}
</div>
</div>
${occurrence && occurrencePictures(occurrence, significance)}`;
}

function featureTable({ features, nFeatures }: ReportShift, significance: number): Markup {
  const left = nFeatures - features.length;
  return markup`<h4>How far each feature moved</h4>
<table class="bars">
<thead><tr><th scope="col">Feature</th><th scope="col">0 same, 1 apart</th><th scope="col" class="number">mean, in sd</th><th scope="col" class="number">p</th></tr></thead>
<tbody>
${features.map((feature) => featureRow(feature, significance))}</tbody>
</table>
${left > 0 && markup`<p class="legend">${formatCount(left)} more moved less.</p>`}`;
}

function featureRow(
  { name, effect, pValue, difference }: ReportFeature,
  significance: number,
): Markup {
  const moved = pValue <= significance;
  const change =
    difference === undefined
      ? '–'
      : `${difference < 0 ? '\u2212' : '+'}${Math.abs(difference).toFixed(2)}`;
  return markup`<tr class="${moved ? 'moved' : 'still'}"><th scope="row">${name}</th><td><span class="bar" style="--share:${(100 * effect).toFixed(1)}%"></span><small>${effect.toFixed(2)}</small></td><td class="number">${change}</td><td class="number">${formatPValue(pValue)}</td></tr>
`;
}

function testTable(tests: ReportShift['tests']): Markup {
  return markup`<h4>Tests of all features together</h4>
<table>
<thead><tr><th scope="col">Test</th><th scope="col" class="number">effect</th><th scope="col" class="number">p</th></tr></thead>
<tbody>
${tests.map(
  ({ name, effect, pValue }) =>
    markup`<tr><th scope="row">${name}</th><td class="number">${effect}</td><td class="number">${formatPValue(pValue)}</td></tr>\n`,
)}</tbody>
</table>`;
}

function classifierPictures({ auc, roc, scores }: ReportDomainClassifier): Markup {
  return markup`<h4>Can a classifier tell the domains apart?</h4>
<div class="classifier">
<figure><svg viewBox="0 0 100 100" role="img" aria-label="ROC curve of the domain classifier, area ${auc.toFixed(2)}"><path class="frame" d="M0 0H100V100H0Z"/><path class="chance" d="M0 100L100 0"/><path class="roc" d="${path(roc)}"/></svg>
<figcaption>ROC curve, AUC <b>${auc.toFixed(2)}</b>; the diagonal is guessing.</figcaption></figure>
<figure><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="Histogram of how much rows look like the target, per domain">${histogramBars(scores)}<path class="frame" d="M0 50H100"/></svg>
<figcaption>How much a row looks like the target, from 0 (left) to 1: <span class="up">source ▲</span>, <span class="down">target ▼</span>.</figcaption></figure>
</div>
<p class="legend">${overlapText(scores)}</p>`;
}

function path({ x, y }: ReportDomainClassifier['roc']): string {
  return x
    .map(
      (value, k) => `${k === 0 ? 'M' : 'L'}${point(100 * value)} ${point(100 - 100 * (y[k] ?? 0))}`,
    )
    .join('');
}

/** How much of the two histograms is common. */
function overlapText({ source, target }: ReportDomainClassifier['scores']): string {
  const nSource = source.reduce((a, b) => a + b, 0) || 1;
  const nTarget = target.reduce((a, b) => a + b, 0) || 1;
  const common = source.reduce(
    (sum, count, k) => sum + Math.min(count / nSource, (target[k] ?? 0) / nTarget),
    0,
  );
  return `The two share ${formatPercent(common)} of their area: the less, the fewer source rows can stand in for target rows.`;
}

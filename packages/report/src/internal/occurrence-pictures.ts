import type {
  ReportContext,
  ReportContextTest,
  ReportFrequency,
  ReportLeftOut,
  ReportOccurrence,
} from '../report-input.js';
import { formatCount, formatNumber, formatPercent, formatPlural, formatPValue } from './format.js';
import { markup, type Markup } from './markup.js';

/** Frequency and context bias of features that count something: dots with intervals, and a list of pairs of shares. */
export function occurrencePictures(
  { frequency, nFeatures, nSource, nTarget, context, leftOut }: ReportOccurrence,
  significance: number,
): Markup {
  return markup`<div class="occurrence">
<h4>Which features are commoner in one domain (frequency feature bias)</h4>
<p class="legend">Of ${formatPlural(nFeatures, 'feature')}, ${formatCount(nSource)} are commoner in the source and ${formatCount(nTarget)} in the target, as shares of all that occurs there. Shown are the clearest of each side.</p>
${frequencyTable(frequency, significance)}
${leftOutText(leftOut)}
<h4>Which features go with other classes (context feature bias)</h4>
${'reason' in context ? markup`<p class="legend">${context.reason}</p>` : contextTable(context, significance)}
</div>`;
}

function frequencyTable(frequency: readonly ReportFrequency[], significance: number): Markup {
  const half = Math.log(roundRatio(Math.max(0, ...frequency.map((f) => Math.abs(f.logOdds)))));
  const end = formatCount(Math.exp(half));
  return markup`<table>
<thead><tr><th scope="col">Feature</th><th scope="col"><span class="ends"><span>×${end}</span><span>equal</span><span>×${end}</span></span></th><th scope="col" class="number">times</th><th scope="col" class="number count">of source</th><th scope="col" class="number count">of target</th><th scope="col" class="number">p</th></tr></thead>
<tbody>
${frequency.map((feature) => frequencyRow(feature, half, significance))}</tbody>
</table>
<p class="legend"><span><span class="up">●</span> commoner in the source</span><span><span class="down">◆</span> commoner in the target</span><span>ratio of the odds with its 95 % interval; grey may be chance</span></p>`;
}

function frequencyRow(
  { name, logOdds, interval, source, target, pValue }: ReportFrequency,
  half: number,
  significance: number,
): Markup {
  const place = (value: number): string => {
    const inside = Math.max(-half, Math.min(half, value));
    return `${(50 - (50 * inside) / half).toFixed(2)}%`;
  };
  // The source is on the left, so that the upper end of an interval is its left one.
  const places = `--low:${place(interval.high)};--high:${place(interval.low)};--at:${place(logOdds)}`;
  const side = logOdds > 0 ? 'up' : 'down';
  return markup`<tr class="${pValue <= significance ? 'moved' : 'still'}"><th scope="row">${name}</th><td><span class="track" style="${places}"><i class="range ${side}"></i><i class="dot ${side}"></i></span></td><td class="number">×${times(logOdds)}</td><td class="number count" title="${formatCount(source.count)} times">${percent(source.share)}</td><td class="number count" title="${formatCount(target.count)} times">${percent(target.share)}</td><td class="number">${formatPValue(pValue)}</td></tr>
`;
}

function contextTable(
  { tests, nTests, nFeatures, nChanged, leftOut }: ReportContext,
  significance: number,
): Markup {
  const left = nTests - tests.length;
  return markup`<p class="legend">${formatCount(nChanged)} of ${formatPlural(nFeatures, 'feature')} that could be tested ${nChanged === 1 ? 'goes' : 'go'} with other classes in the target.</p>
${
  tests.length > 0 &&
  markup`<table>
<thead><tr><th scope="col">Feature</th><th scope="col">Class</th><th scope="col"><span class="ends"><span>0 %</span><span>100 %</span></span></th><th scope="col" class="number">source</th><th scope="col" class="number">target</th><th scope="col" class="number">p</th></tr></thead>
<tbody>
${tests.map((test) => contextRow(test, significance))}</tbody>
</table>
<p class="legend">Of the rows with the feature, the share of the class: <span><span class="up">●</span> in the source</span><span><span class="down">◆</span> in the target</span></p>`
}
${left > 0 && markup`<p class="legend">${formatPlural(left, 'more test')} showed less.</p>`}
${leftOutText(leftOut)}`;
}

function contextRow(
  { name, label, source, target, pValue }: ReportContextTest,
  significance: number,
): Markup {
  const at = (share: number): string => `${(100 * share).toFixed(2)}%`;
  const [low, high] = [source.share, target.share].sort((a, b) => a - b);
  const places = `--low:${at(low ?? 0)};--high:${at(high ?? 1)}`;
  const of = (rows: number): Markup => markup`<small class="count">of ${formatCount(rows)}</small>`;
  return markup`<tr class="${pValue <= significance ? 'moved' : 'still'}"><th scope="row">${name}</th><td>${String(label)}</td><td><span class="track shares" style="${places}"><i class="range"></i><i class="dot up" style="--at:${at(source.share)}"></i><i class="dot down" style="--at:${at(target.share)}"></i></span></td><td class="number">${formatPercent(source.share)}${of(source.rows)}</td><td class="number">${formatPercent(target.share)}${of(target.rows)}</td><td class="number">${formatPValue(pValue)}</td></tr>
`;
}

function leftOutText(groups: readonly ReportLeftOut[]): Markup | undefined {
  if (groups.length === 0) return undefined;
  const texts = groups.map(({ count, reason }) => `${formatCount(count)} (${reason})`);
  return markup`<p class="legend">Left out: ${texts.join('; ')}.</p>`;
}

/** A share that may be small: `4.2 %`, `0.031 %`. */
function percent(share: number): string {
  return `${formatNumber(Number((100 * share).toPrecision(2)))}\u00a0%`;
}

/** The end of the scale: the next of 5, 10, 20, 50, 100 … times, so that trifles look like trifles. */
function roundRatio(logOdds: number): number {
  const ratio = Math.max(5, Math.exp(logOdds));
  const power = 10 ** Math.floor(Math.log10(ratio));
  return power * ([1, 2, 5].find((step) => step * power >= ratio) ?? 10);
}

/** How many times the odds: `1.4`, `31`. */
function times(logOdds: number): string {
  const ratio = Math.exp(Math.abs(logOdds));
  return ratio < 10 ? ratio.toFixed(1) : formatCount(ratio);
}

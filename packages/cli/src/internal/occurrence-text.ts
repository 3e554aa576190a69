import type {
  ReportContext,
  ReportFrequency,
  ReportLeftOut,
  ReportOccurrence,
} from '@graft-ml/report';
import colors from 'picocolors';
import { pText, wrapped } from './text-layout.js';

const shownPerSide = 5;
const half = 10;

/** Frequency and context bias for a terminal: bars to both sides, light ones for what may be chance, and a list of shares. */
export function occurrenceLines(
  { frequency, context, leftOut }: ReportOccurrence,
  significance: number,
): string[] {
  return [
    ...frequencyLines(frequency, significance),
    ...leftOutLines(leftOut),
    '',
    ...('reason' in context
      ? [colors.dim(wrapped(`Context feature bias was not tested. ${context.reason}`))]
      : contextLines(context)),
  ];
}

function frequencyLines(frequency: readonly ReportFrequency[], significance: number): string[] {
  // They come sorted, the commonest in the source first.
  const shown = [
    ...frequency.filter(({ logOdds }) => logOdds > 0).slice(0, shownPerSide),
    ...frequency.filter(({ logOdds }) => logOdds < 0).slice(-shownPerSide),
  ];
  const widest = Math.max(Math.log(4), ...shown.map(({ logOdds }) => Math.abs(logOdds)));
  const name = nameColumn(shown);
  return [
    colors.dim(
      `  ${name('feature')}  ${'source ◂'.padStart(half)}│${'▸ target'.padEnd(half)}   times  of source  of target  adjusted`,
    ),
    ...shown.map(({ name: feature, logOdds, source, target, pValue }) => {
      const length = Math.max(1, Math.round((half * Math.abs(logOdds)) / widest));
      const bar = (pValue <= significance ? '█' : '░').repeat(length);
      const [left, right] = logOdds > 0 ? [bar, ''] : ['', bar];
      return `  ${name(feature)}  ${left.padStart(half)}│${right.padEnd(half)}  ${times(logOdds).padStart(6)}  ${percent(source.share).padStart(9)}  ${percent(target.share).padStart(9)}  ${pText(pValue)}`;
    }),
  ];
}

function contextLines({ tests, nTests, leftOut }: ReportContext): string[] {
  const shown = tests.slice(0, shownPerSide);
  const name = nameColumn(shown);
  const width = Math.max(5, ...shown.map(({ label }) => String(label).length));
  const side = ({ rows, share }: { readonly rows: number; readonly share: number }) =>
    `${`${(100 * share).toFixed(0)} %`.padStart(5)} of ${String(rows).padEnd(5)}`;
  const left = nTests - shown.length;
  return [
    ...(shown.length > 0
      ? [
          colors.dim(
            `  ${name('feature')}  ${'class'.padEnd(width)}  ${'in source'.padEnd(14)}  ${'in target'.padEnd(14)}  adjusted`,
          ),
        ]
      : []),
    ...shown.map(
      ({ name: feature, label, source, target, pValue }) =>
        `  ${name(feature)}  ${String(label).padEnd(width)}  ${side(source)}  ${side(target)}  ${pText(pValue)}`,
    ),
    ...(left > 0 ? [colors.dim(`  and ${left} more tests that showed less`)] : []),
    ...leftOutLines(leftOut),
  ];
}

function leftOutLines(groups: readonly ReportLeftOut[]): string[] {
  return groups.map(({ count, reason }) => colors.dim(wrapped(`${count} left out: ${reason}`)));
}

function nameColumn(shown: readonly { readonly name: string }[]) {
  const width = Math.min(24, Math.max(7, ...shown.map(({ name }) => name.length)));
  return (text: string) => text.slice(0, width).padEnd(width);
}

/** A share that may be small: `4.2 %`, `0.031 %`. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function times(logOdds: number): string {
  const ratio = Math.exp(Math.abs(logOdds));
  return `×${ratio.toFixed(ratio < 10 ? 1 : 0)}`;
}

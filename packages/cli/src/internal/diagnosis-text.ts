import type { TransferProblem } from '@graft-ml/core';
import type { ReportDiagnosis, ReportShift } from '@graft-ml/report';
import colors from 'picocolors';
import { occurrenceLines } from './occurrence-text.js';
import { bar, pText, wrapped } from './text-layout.js';

const featuresShown = 10;

/** A diagnosis for a terminal: what differs, how sure that is, what cannot be known, what to do next. */
export function diagnosisText(
  { sources, target }: TransferProblem,
  diagnosis: ReportDiagnosis,
  nextStep: string,
): string {
  const size = ({ name, x }: { readonly name: string; readonly x: { readonly rows: number } }) =>
    `${name} (${x.rows} rows)`;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines];
  return [
    `${sources.map(size).join(', ')} → ${size(target)}`,
    ...section(
      'What differs',
      diagnosis.summary.map((sentence) => wrapped(sentence)),
    ),
    ...diagnosis.sources.flatMap((shift) => [
      '',
      ...featureLines(shift),
      ...(shift.occurrence
        ? ['', ...occurrenceLines(shift.occurrence, diagnosis.significance)]
        : []),
    ]),
    ...section(
      'How sure',
      diagnosis.sources.flatMap((shift) => certaintyLines(shift, diagnosis.significance)),
    ),
    ...section(
      'What cannot be known from these rows',
      diagnosis.unknown.map((sentence) => wrapped(sentence)),
    ),
    ...section('Next', [
      wrapped(nextStep),
      '  graft advise ranks what to try; graft compare tries it.',
    ]),
    '',
  ].join('\n');
}

function featureLines({ features, nFeatures }: ReportShift): string[] {
  const shown = features.slice(0, featuresShown);
  const width = Math.min(24, Math.max(7, ...shown.map(({ name }) => name.length)));
  const name = (text: string) => text.slice(0, width).padEnd(width);
  const left = nFeatures - shown.length;
  return [
    colors.dim(`  ${name('feature')}  ${'shift'.padEnd(20)}  effect  mean moved by  adjusted`),
    ...shown.map(({ name: feature, effect, difference, pValue }) => {
      const moved =
        difference === undefined
          ? ''
          : `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)} sd`;
      return `  ${name(feature)}  ${bar(effect, 20)}  ${effect.toFixed(2).padStart(6)}  ${moved.padStart(13)}  ${pText(pValue)}`;
    }),
    ...(left > 0 ? [colors.dim(`  and ${left} more that moved less`)] : []),
  ];
}

function certaintyLines(shift: ReportShift, significance: number): string[] {
  const { source, rows, tests, pValue } = shift;
  const width = Math.max(...tests.map(({ name }) => name.length));
  const chance = `${Number((100 * significance).toPrecision(3))} %`;
  return [
    `  ${source}: ${rows.source} of its rows and ${rows.target} of the target were tested.`,
    ...tests.map((test) => `  ${test.name.padEnd(width)}  ${pText(test.pValue)}  ${test.effect}`),
    wrapped(
      `Together, adjusted for ${tests.length} tests: ${pText(pValue)}. Below ${significance} a difference is called one: a false alarm has at most ${chance} chance. Above it the answer is "inconclusive", never "the same".`,
    ),
  ];
}

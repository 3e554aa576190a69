import type { ContextShift, ContextTest, LeftOut, OccurrenceShift } from '@graft-ml/diagnosis';
import type { ReportContext, ReportLeftOut, ReportOccurrence } from '@graft-ml/report';

const shownPerSide = 10;
const testsShown = 10;

/** What a report shows of frequency and context bias: the clearest features of both sides. */
export function reportOccurrence(
  { frequency, context, leftOut }: OccurrenceShift,
  significance: number,
): ReportOccurrence {
  const clearest = [...frequency].sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  const ofSource = clearest.filter(({ z }) => z > 0);
  const ofTarget = clearest.filter(({ z }) => z < 0);
  const totals = {
    source: sumOf(frequency.map(({ source }) => source)),
    target: sumOf(frequency.map(({ target }) => target)),
  };
  const count = (tests: readonly { readonly holm: number }[]) =>
    tests.reduce((n, { holm }) => (holm <= significance ? n + 1 : n), 0);
  return {
    frequency: [...ofSource.slice(0, shownPerSide), ...ofTarget.slice(0, shownPerSide)]
      .sort((a, b) => b.logOdds - a.logOdds)
      .map(({ feature, logOdds, standardError, source, target, holm }) => ({
        name: feature,
        logOdds: round(logOdds),
        interval: {
          low: round(logOdds - 1.96 * standardError),
          high: round(logOdds + 1.96 * standardError),
        },
        source: { count: source, share: round(source / totals.source) },
        target: { count: target, share: round(target / totals.target) },
        pValue: round(holm),
      })),
    nFeatures: frequency.length,
    nSource: count(ofSource),
    nTarget: count(ofTarget),
    context: contextOf(context, significance),
    leftOut: leftOut.map(counted),
  };
}

function contextOf(context: ContextShift, significance: number): ReportOccurrence['context'] {
  if (context.from === 'nothing') return { reason: context.reason };
  const { tests, leftOut } = context;
  const features = (some: readonly ContextTest[]) =>
    new Set(some.map(({ feature }) => feature)).size;
  return {
    tests: [...tests]
      .sort((a, b) => a.pValue - b.pValue)
      .slice(0, testsShown)
      .map(({ feature, label, source, target, holm }) => ({
        name: feature,
        label,
        source: { rows: source.rows, share: round(source.share) },
        target: { rows: target.rows, share: round(target.share) },
        pValue: round(holm),
      })),
    nTests: tests.length,
    nFeatures: features(tests),
    nChanged: features(tests.filter(({ holm }) => holm <= significance)),
    leftOut: leftOut.map(counted),
  } satisfies ReportContext;
}

function counted({ features, reason }: LeftOut): ReportLeftOut {
  return { count: features.length, reason };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

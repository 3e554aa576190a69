import type { Diagnosis, MarginalShift } from '@graft-ml/diagnosis';
import type { ReportDiagnosis, ReportDomainClassifier, ReportShift } from '@graft-ml/report';
import { reportOccurrence } from './report-occurrence.js';

const featuresShown = 20;
const bins = 20;

/** What a report shows of a diagnosis: the largest shifts, and the domain classifier as a curve and two histograms. */
export function reportDiagnosis({
  significance,
  summary,
  unknown,
  sources,
}: Diagnosis): ReportDiagnosis {
  return {
    significance,
    summary,
    unknown,
    sources: sources.flatMap(({ name, marginal, occurrence }) => {
      if (!marginal) return [];
      const shift = shiftOf(name, marginal, significance);
      return occurrence
        ? [{ ...shift, occurrence: reportOccurrence(occurrence, significance) }]
        : [shift];
    }),
  };
}

function shiftOf(source: string, marginal: MarginalShift, significance: number): ReportShift {
  const { answer, pValue, rows, mmd, classifier, features } = marginal;
  const moved = features.filter(({ holm }) => holm <= significance);
  const least = features.reduce((p, { holm }) => Math.min(p, holm), 1);
  return {
    source,
    answer,
    pValue,
    rows,
    tests: [
      {
        name: 'Kernel two-sample test (MMD)',
        pValue: mmd.pValue,
        effect: `√MMD² ${mmd.effect.toFixed(2)}`,
      },
      {
        name: 'Domain classifier',
        pValue: classifier.pValue,
        effect: `AUC ${classifier.auc.toFixed(2)}`,
      },
      {
        name: 'Features one by one',
        pValue: least,
        effect: `${moved.length} of ${features.length} moved`,
      },
    ],
    features: [...features]
      .sort((a, b) => b.effect - a.effect)
      .slice(0, featuresShown)
      .map(({ feature, effect, holm, difference }) => ({
        name: feature,
        effect: round(effect),
        pValue: round(holm),
        ...(difference === undefined ? {} : { difference: round(difference) }),
      })),
    nFeatures: features.length,
    nMoved: moved.length,
    classifier: classifierOf(classifier.probabilities, rows.source, classifier.auc),
  };
}

function classifierOf(
  probabilities: Float64Array,
  nSource: number,
  auc: number,
): ReportDomainClassifier {
  const source = Array.from(probabilities.subarray(0, nSource));
  const target = Array.from(probabilities.subarray(nSource));
  const count = (values: readonly number[]) => {
    const counts = new Array<number>(bins).fill(0);
    for (const p of values) counts[Math.min(bins - 1, Math.floor(p * bins))]!++;
    return counts;
  };
  return {
    auc: round(auc),
    roc: rocOf(source, target),
    scores: { source: count(source), target: count(target) },
  };
}

/** The curve at 39 thresholds that spread evenly over all scores, and its ends. */
function rocOf(source: readonly number[], target: readonly number[]): { x: number[]; y: number[] } {
  const ordered = [...source, ...target].sort((a, b) => b - a);
  const thresholds = Array.from(
    { length: 39 },
    (_, k) => ordered[Math.floor(((k + 1) * ordered.length) / 40)]!,
  );
  const share = (values: readonly number[], least: number) =>
    round(values.reduce((n, p) => (p >= least ? n + 1 : n), 0) / values.length);
  return {
    x: [0, ...thresholds.map((t) => share(source, t)), 1],
    y: [0, ...thresholds.map((t) => share(target, t)), 1],
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

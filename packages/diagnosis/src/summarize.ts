import type { Scenario, TargetDomain } from '@graft-ml/core';
import type { MarginalShift, PriorShift, SourceDiagnosis } from './diagnosis.js';
import { occurrenceSentences } from './summarize-occurrence.js';

/** A diagnosis in sentences that need no statistics to be read. */
export function summarize(
  scenario: Scenario,
  sources: readonly SourceDiagnosis[],
  target: TargetDomain,
  significance: number,
): string[] {
  const classes = target.task.kind === 'classification' ? target.task.classes : [];
  return [
    structureSentence(scenario),
    ...sources.flatMap((source) => {
      const { name, marginal, prior, conditional } = source;
      return [
        ...(marginal ? marginalSentences(name, target.name, marginal, significance) : []),
        ...occurrenceSentences(target.name, source, significance),
        ...priorSentences(name, prior, classes, significance),
        conditional.answer === 'differs'
          ? `The meaning of the features differs between "${name}" and "${target.name}". ${conditional.reason} Methods that only align features cannot repair this.`
          : `Whether the same features mean the same class in "${name}" and "${target.name}" is open. ${conditional.reason}`,
      ];
    }),
  ];
}

function structureSentence({ kind, supervision, nSources, labelSpacesDiffer }: Scenario): string {
  const many = nSources === 1 ? 'one source' : `${nSources} sources`;
  const labels = {
    inductive: 'some labelled target rows',
    transductive: 'labels in the source only',
    unsupervised: 'no labels at all',
  }[supervision];
  const features = kind === 'homogeneous' ? 'the same features' : 'different features';
  const classes = labelSpacesDiffer ? ', and the classes differ' : '';
  return `The problem has ${many}, ${features} and ${labels} (${kind}, ${supervision} transfer)${classes}.`;
}

function marginalSentences(
  source: string,
  target: string,
  { answer, pValue, mmd, classifier, features }: MarginalShift,
  significance: number,
): string[] {
  const auc = classifier.auc.toFixed(2);
  const tests = `MMD ${p(mmd.pValue)}, domain classifier ${p(classifier.pValue)}, AUC ${auc}`;
  if (answer === 'inconclusive') {
    return [
      `No difference between the features of "${source}" and "${target}" was found (${tests}; adjusted ${p(pValue)}). That does not show there is none: few rows see little.`,
    ];
  }
  const moved = features
    .filter(({ holm }) => holm <= significance)
    .sort((a, b) => b.effect - a.effect);
  const named = moved
    .slice(0, 5)
    .map(({ feature }) => `"${feature}"`)
    .join(', ');
  return [
    `The features of "${target}" are distributed differently from those of "${source}": ${sizeOf(classifier.auc)} (${tests}).`,
    moved.length > 0
      ? `${moved.length} of ${features.length} features moved on their own, most of all ${named}.`
      : 'No single feature stands out: the change is in how features go together.',
    ...(classifier.auc > 0.98
      ? [
          'The domains hardly overlap: weighting source rows would rest on a handful of them. Align features first.',
        ]
      : []),
  ];
}

/** The shift in words, by how well a classifier tells the domains apart. */
function sizeOf(auc: number): string {
  if (auc < 0.6) return 'a slight shift';
  if (auc < 0.75) return 'a moderate shift';
  return auc < 0.95 ? 'a large shift' : 'a very large shift';
}

function priorSentences(
  source: string,
  prior: PriorShift,
  classes: readonly (string | number)[],
  significance: number,
): string[] {
  if (prior.from === 'nothing') return [prior.reason];
  const { test } = prior;
  if (prior.from === 'target labels') {
    return [
      test.pValue <= significance
        ? `Labels are distributed differently from those of "${source}" (${test.test} ${p(test.pValue)}).`
        : `The labelled target rows do not show other label shares than "${source}" (${test.test} ${p(test.pValue)}); with few of them little can be seen.`,
    ];
  }
  if (test.pValue > significance) {
    return [
      `A model of "${source}" predicts its classes on the target in about the same shares (${p(test.pValue)}).`,
    ];
  }
  const { estimate } = prior;
  const order = [...classes.keys()].sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
  function change(c: number): number {
    return estimate.target[c] - estimate.source[c];
  }
  const largest = order[0];
  const share = (value: number) => `${(100 * value).toFixed(0)} %`;
  return [
    `A model of "${source}" predicts other class shares on the target (${p(test.pValue)}). If shares are all that changed, class ${JSON.stringify(classes[largest])} goes from ${share(estimate.source[largest])} to ${share(estimate.target[largest])} [${share(estimate.low[largest])}, ${share(estimate.high[largest])}]; any other shift can look like this, too.`,
  ];
}

function p(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`;
}

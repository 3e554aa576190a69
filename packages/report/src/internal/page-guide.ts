import type { ReportInput } from '../report-input.js';
import { domainScoresOf } from './confusion-section.js';
import { markup, type Markup } from './markup.js';

/** What the numbers mean and what they do not. */
export function pageGuide(input: ReportInput): Markup {
  const counted = input.diagnosis?.sources.some(({ occurrence }) => occurrence);
  const shift = input.diagnosis ? [...diagnosisGuide, ...(counted ? occurrenceGuide : [])] : [];
  if (input.runs.length === 0 && input.diagnosis) return guide(shift);
  const items: Item[] = [
    [
      'Target labels serve evaluation only.',
      'No recipe sees the labels that scores are measured with. Where a recipe may use a few labelled target rows, they are others.',
    ],
    [
      'Source-only',
      'is the same learner trained on the source as it is. A recipe is worth its trouble only if it beats that.',
    ],
    scoreGuide(input),
    intervalGuide(input),
    [
      'The best of many flatters.',
      'Choosing a recipe by these scores uses target labels after all: expect a little less on new rows.',
    ],
    [
      'The scatter plots',
      'show two principal components, fitted on all domains together and anew after the recipe. Compare how far the domains overlap, not where points lie. More overlap is no proof of a better model.',
    ],
    [
      'Effective sample size',
      'is (Σ w)² / Σ w²: that many rows of equal weight would tell as much as the weighted ones.',
    ],
    ...(input.runs.some((run) => run.status === 'ok' && domainScoresOf(run))
      ? [confusionGuide]
      : []),
    ...(input.guard?.judged ? [guardGuide] : []),
    ...shift,
  ];
  return guide(items);
}

type Item = readonly [lead: string, rest: string];

const guardGuide: Item = [
  'The guard',
  'judges models by what they predict for unlabelled rows. It makes harm unlikely, not impossible: two classes that changed places look perfect to it.',
];

const confusionGuide: Item = [
  'A network that confuses the domains',
  'gives source and target rows the same features: both histograms gather around ½. A classifier fitted anew may tell apart what the method’s own could not, and equal features are no proof of right labels.',
];

const diagnosisGuide: readonly Item[] = [
  [
    'A small p-value',
    'says that chance alone hardly explains the difference. A large one says nothing: few rows see little.',
  ],
  [
    'The effect',
    'of a feature is the largest gap between its two distribution functions (categories: Cramér’s V): how far it moved, whatever the number of rows.',
  ],
  [
    'AUC of the domain classifier',
    'is the chance that a target row looks more like the target than a source row does: 0.5 is guessing, 1 is no overlap.',
  ],
];

const occurrenceGuide: readonly Item[] = [
  [
    'How many times commoner',
    'is the ratio of the odds that something that occurs is this feature. Shares add up to 1: where one feature grows, all others shrink a little.',
  ],
  [
    'A feature goes with other classes',
    'where its rows are shared out otherwise among the classes. Where the classes have other shares in the target, that alone moves it for every feature.',
  ],
];

function guide(items: readonly Item[]): Markup {
  return markup`<section id="guide" aria-labelledby="guide-title">
<h2 id="guide-title">How to read this</h2>
<ul>
${items.map(([lead, rest]) => markup`<li><b>${lead}</b> ${rest}</li>\n`)}</ul>
</section>`;
}

function scoreGuide({ problem: { task } }: ReportInput): Item {
  if (task.kind === 'classification')
    return ['Accuracy', 'is the share of target rows whose class is predicted right.'];
  return [
    'R²',
    'is 1 minus the squared error divided by the variance of the target labels: 1 is perfect, 0 is no better than their mean.',
  ];
}

function intervalGuide({ runs }: ReportInput): Item {
  const paired = runs.some((run) => run.status === 'ok' && run.changeInterval);
  if (!paired && !runs.some((run) => run.status === 'ok' && run.interval))
    return ['No intervals', 'came with this comparison: small differences may be chance.'];
  const contained = paired
    ? 'of the difference to source-only, row by row, contains zero'
    : 'of the recipe contains the score of source-only';
  return [
    'No clear difference',
    `means that the 95 % interval ${contained}: it may be chance. Intervals speak of other rows of this target, not of other domains.`,
  ];
}

import type { ReportDomain, ReportInput } from '../report-input.js';
import { verdict } from '../verdict.js';
import { definitionList, type Fact } from './definition-list.js';
import { diagnosisHeadline } from './diagnosis-section.js';
import { formatCount, formatList, formatMoment, formatPlural, withFirmPercents } from './format.js';
import { markup, type Markup } from './markup.js';

/** What was compared, and the outcome in a sentence. */
export function pageHeader(input: ReportInput): Markup {
  const alone = input.runs.length === 0 ? input.diagnosis : undefined;
  const { headline, tally } = alone
    ? { headline: diagnosisHeadline(alone), tally: '' }
    : verdict(input);
  const { domains, evaluationRows } = input.problem;
  const evaluation: Fact = [
    'Evaluation',
    evaluationRows === 0
      ? 'no target labels'
      : `${formatCount(evaluationRows)} target labels, hidden from every recipe`,
  ];
  const facts: Fact[] = [
    ...domains.map((domain): Fact => [
      domain.role === 'source' ? 'Source' : 'Target',
      markup`<b>${domain.name}</b>: ${describeRows(domain)}`,
    ]),
    ['Task', describeTask(input)],
    ['Setting', describeScenario(input)],
    ...(alone ? [] : [evaluation]),
    [
      'Made',
      markup`<time datetime="${input.created}">${formatMoment(input.created)}</time>, seed ${input.seed}`,
    ],
  ];
  return markup`<header>
<p class="kicker">Graft · ${alone ? 'diagnosis of a shift' : 'transfer comparison'}</p>
<h1>${pageTitle(input)}</h1>
<p class="verdict">${withFirmPercents(headline)}</p>
<p class="tally">${tally}</p>
${definitionList(facts)}
</header>`;
}

/** The domains, from source to target. */
export function pageTitle({ problem }: ReportInput): string {
  const names = (role: ReportDomain['role']): string =>
    formatList(problem.domains.filter((domain) => domain.role === role).map(({ name }) => name));
  return `${names('source')} → ${names('target')}`;
}

function describeRows({ role, rows, features, labelledRows }: ReportDomain): string {
  const size = `${formatPlural(rows, 'row')} × ${formatPlural(features, 'feature')}`;
  if (labelledRows === 0) return `${size}, no labels`;
  if (labelledRows === rows) return `${size}, all labelled`;
  return `${size}, ${formatCount(labelledRows)} ${role === 'target' ? 'more with labels' : 'labelled'}`;
}

function describeTask({ problem: { task } }: ReportInput): string {
  if (task.kind === 'regression') return 'regression';
  return `classification into ${formatPlural(task.classes.length, 'class', 'classes')}`;
}

function describeScenario({ problem: { scenario } }: ReportInput): string {
  const supervision = {
    inductive: 'inductive (some target labels)',
    transductive: 'transductive (source labels alone)',
    unsupervised: 'unsupervised (no labels)',
  };
  const labels = scenario.labelSpacesDiffer ? ', label spaces differ' : '';
  return `${scenario.kind}, ${supervision[scenario.supervision]}${labels}`;
}

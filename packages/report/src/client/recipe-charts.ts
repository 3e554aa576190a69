import type { PackedProjection, PageData, PageRun } from '../internal/page-data.js';
import { confusionChart, type CellText } from './confusion-chart.js';
import { drawingWidth, element } from './element.js';
import { domainColours } from './palette.js';
import { recallChart } from './recall-chart.js';
import { scatterChart, type ColourBy } from './scatter-chart.js';
import { weightChart } from './weight-chart.js';

/** What the reader has chosen. */
export interface View {
  /** Position in `PageData.runs`. */
  run: number;
  colourBy: ColourBy;
  cellText: CellText;
}

/** Draws everything there is to see of the chosen run into `charts`, in place of what was there. */
export function drawRecipeCharts(charts: HTMLElement, data: PageData, view: View): void {
  const run = data.runs[view.run];
  charts.replaceChildren();
  if (!run) return;
  const projection = (index: number | undefined): PackedProjection | undefined =>
    index === undefined ? undefined : data.projections[index];
  const before = projection(run.before);
  const after = projection(run.after);
  if (before) drawDomains(charts, data, run, before, after, view);
  // Where the features stay as they are, the weights stand in place of the plane after.
  if (run.weights && (after || !before)) drawWeights(charts, run, 'wide');
  if (run.confusion) drawConfusion(charts, run.confusion, view);
  const baseline = data.runs.find(({ outcome }) => outcome === 'baseline');
  if (run.confusion && baseline?.confusion && baseline !== run)
    drawRecalls(charts, baseline.confusion, run.confusion);
}

function drawDomains(
  charts: HTMLElement,
  data: PageData,
  run: PageRun,
  before: PackedProjection,
  after: PackedProjection | undefined,
  view: View,
): void {
  const legend = element('p', { class: 'legend' });
  const pair = element('div', { class: 'pair' });
  const title = after || !run.weights ? 'Before' : 'Features: they stay as they are';
  const planes = [{ figure: plane('before', title), projection: before }];
  if (after) planes.push({ figure: plane('after', 'After'), projection: after });
  pair.append(...planes.map(({ figure }) => figure));
  const draw = (): void => {
    legend.replaceChildren(...legendEntries(data, view.colourBy));
    for (const { figure, projection } of planes) {
      const drawing = scatterChart(data, projection, view.colourBy, drawingWidth(figure));
      figure.replaceChildren(figure.firstChild!, drawing);
    }
  };
  const values = data.kind === 'classification' ? 'class' : 'value';
  const switches = before.label
    ? [
        choice('Colour', view.colourBy, { domain: 'domain', label: values }, (chosen) => {
          view.colourBy = chosen;
          draw();
        }),
      ]
    : [];
  charts.append(
    element(
      'section',
      { class: 'wide', 'data-chart': 'domains' },
      heading(after ? 'Domains before and after' : 'Domains', ...switches),
      legend,
      pair,
    ),
  );
  if (!after && run.weights) drawWeights(pair, run);
  else if (!after) pair.append(element('p', { class: 'empty' }, 'The features stay as they are.'));
  // Last, since the width of each depends on its neighbour.
  draw();
}

function plane(name: string, title: string): HTMLElement {
  return element('figure', { 'data-chart': name }, element('figcaption', {}, title));
}

function legendEntries(data: PageData, colourBy: ColourBy): HTMLElement[] {
  const colours = domainColours(data);
  const entries = data.domains.map(({ name, role }, d) => {
    const shape = role === 'source' ? '●' : '×';
    const sign = element('span', { class: 'sign', 'aria-hidden': 'true' }, shape);
    if (colourBy === 'domain') sign.style.color = colours[d]!;
    return element('span', {}, sign, ` ${name} (${role})`);
  });
  if (colourBy === 'domain') return entries;
  const colour =
    data.kind === 'classification'
      ? '→ from the middle of a class in the source to its middle in the target'
      : 'colour: the value to predict, from low (violet) to high (yellow)';
  return [...entries, element('span', {}, colour)];
}

function drawWeights(place: HTMLElement, run: PageRun, width = ''): void {
  const caption = `Source weights: effective sample size ${run.effectiveSampleText ?? ''}`;
  const figure = element(
    'figure',
    { 'data-chart': 'weights', class: width },
    element('figcaption', {}, caption),
  );
  place.append(figure);
  figure.append(weightChart(run.weights!, drawingWidth(figure)));
}

function drawConfusion(
  charts: HTMLElement,
  confusion: NonNullable<PageRun['confusion']>,
  view: View,
): void {
  const figure = element('figure', { 'data-chart': 'confusion' });
  const draw = (): void => {
    figure.replaceChildren(head, confusionChart(confusion, view.cellText, drawingWidth(figure)));
  };
  const cells = choice('Show', view.cellText, { rate: '% of class', count: 'rows' }, (chosen) => {
    view.cellText = chosen;
    draw();
  });
  const head = heading('Confusion', cells);
  charts.append(figure);
  draw();
}

function drawRecalls(
  charts: HTMLElement,
  baseline: NonNullable<PageRun['confusion']>,
  recipe: NonNullable<PageRun['confusion']>,
): void {
  const figure = element('figure', { 'data-chart': 'recall' }, heading('Recall per class'));
  charts.append(figure);
  figure.append(
    recallChart(baseline, recipe, drawingWidth(figure)),
    element(
      'figcaption',
      {},
      'Share of each class predicted right: ○ source-only, ▶ ◀ this recipe, and the change in points.',
    ),
  );
}

function heading(title: string, ...controls: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'head' }, element('h4', {}, title), ...controls);
}

/** A choice of one among a few, keyed by value. */
function choice<T extends string>(
  title: string,
  chosen: T,
  options: Readonly<Record<T, string>>,
  onChoice: (value: T) => void,
): HTMLElement {
  const set = element('fieldset', { class: 'switch' }, element('legend', {}, title));
  for (const value of Object.keys(options) as T[]) {
    const input = element('input', { type: 'radio', name: title, value });
    input.checked = value === chosen;
    input.addEventListener('change', () => {
      onChoice(value);
    });
    set.append(element('label', {}, input, element('span', {}, options[value])));
  }
  return set;
}

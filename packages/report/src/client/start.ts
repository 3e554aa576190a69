import { outcomeSign, outcomeWords } from '../internal/outcome-signs.js';
import type { PageData } from '../internal/page-data.js';
import { makeCopyable } from './copy-buttons.js';
import { drawingWidth, element, select } from './element.js';
import { drawRecipeCharts, type View } from './recipe-charts.js';
import { scoreChart } from './score-chart.js';
import { makeSortable } from './sort-table.js';

/** Brings the page to life: charts, the choice of a recipe, sorting, copying. */
export function start(): void {
  const data = JSON.parse(document.getElementById('data')!.textContent) as PageData;
  document.body.classList.remove('unscripted');
  const view: View = {
    run: chosenBy(data, location.hash) ?? firstChoice(data),
    colourBy: 'domain',
    cellText: 'rate',
  };
  const choose = (run: number | undefined): void => {
    view.run = run ?? view.run;
    showRecipe(data, view);
  };
  makeCopyable();
  // A diagnosis alone has no recipe to look into.
  if (data.runs.length === 0) return;
  makeChooser(data, choose);
  for (const table of select<HTMLTableElement>('#runs')) makeSortable(table);
  for (const link of select<HTMLAnchorElement>('#runs a')) {
    // The panel must be there before the browser scrolls to it.
    link.addEventListener('click', () => {
      choose(chosenBy(data, link.hash));
    });
  }
  addEventListener('hashchange', () => {
    choose(chosenBy(data, location.hash));
  });
  let drawnWidth = -1;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width === drawnWidth) return;
    drawnWidth = width;
    drawScores(data);
    showRecipe(data, view);
  }).observe(document.querySelector('main')!);
}

/** The run that a link such as `#run-3` points to. */
function chosenBy({ runs }: PageData, hash: string): number | undefined {
  const run = Number(/^#run-(\d+)$/.exec(hash)?.[1]);
  return runs[run] ? run : undefined;
}

/** The best recipe, or source-only where there is no other. */
function firstChoice({ runs }: PageData): number {
  return Math.max(
    runs.findIndex(({ outcome }) => outcome !== 'baseline'),
    0,
  );
}

function makeChooser({ runs }: PageData, choose: (run: number) => void): void {
  const chooser = document.getElementById('chooser')!;
  runs.forEach(({ title, outcome }, k) => {
    const input = element('input', { type: 'radio', name: 'run', value: String(k) });
    input.addEventListener('change', () => {
      choose(k);
    });
    const sign = element('span', { class: `sign ${outcome}` }, outcomeSign[outcome]);
    sign.setAttribute('role', 'img');
    sign.setAttribute('aria-label', outcomeWords[outcome]);
    chooser.append(element('label', {}, input, element('span', {}, sign, ` ${title}`)));
  });
}

function showRecipe(data: PageData, view: View): void {
  const chosen = String(view.run);
  for (const panel of select('.panel')) panel.hidden = panel.dataset.run !== chosen;
  for (const row of select('#runs tbody tr'))
    row.classList.toggle('chosen', row.dataset.run === chosen);
  for (const input of select<HTMLInputElement>('#chooser input'))
    input.checked = input.value === chosen;
  drawRecipeCharts(document.getElementById('charts')!, data, view);
}

function drawScores(data: PageData): void {
  for (const figure of select('[data-chart=scores]')) {
    figure.replaceChildren(
      scoreChart(data, drawingWidth(figure)),
      element('figcaption', {}, scoreCaption(data)),
    );
  }
}

function scoreCaption({ baseline, baselineText, runs }: PageData): string {
  const line =
    baseline === undefined
      ? []
      : [`Dashed line: source-only, ${baselineText ?? ''}; bars run from it to each score.`];
  const intervals = runs.some(({ interval }) => interval) ? ['Thin lines: 95 % intervals.'] : [];
  const seen = new Set(runs.map(({ outcome }) => outcome));
  const signs = (['helped', 'hurt', 'unclear', 'same'] as const)
    .filter((outcome) => seen.has(outcome))
    .map((outcome) => `${outcomeSign[outcome]} ${outcomeWords[outcome]}`);
  const legend = signs.length > 0 ? [`${signs.join(', ')}.`] : [];
  return [
    ...line,
    ...legend,
    ...intervals,
    'The axis spans the scores shown, not all there could be.',
  ].join(' ');
}

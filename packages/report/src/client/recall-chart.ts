import { axisX, dot, gridX, plot, ruleY, text } from '@observablehq/plot';
import type { PageRun } from '../internal/page-data.js';
import { shorten } from './element.js';
import { chartStyle, outcomeColour } from './palette.js';

interface ClassRecall {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Which classes gained and which paid for it: recall of each with source-only and with the recipe. */
export function recallChart(
  baseline: NonNullable<PageRun['confusion']>,
  recipe: NonNullable<PageRun['confusion']>,
  width: number,
): Element {
  const before = recalls(baseline);
  const classes = [...recalls(recipe)].flatMap(([name, after]): ClassRecall[] => {
    const known = before.get(name);
    return known === undefined ? [] : [{ name, before: known, after }];
  });
  const colour = (one: ClassRecall): string =>
    outcomeColour[one.after > one.before ? 'helped' : one.after < one.before ? 'hurt' : 'same'];
  const marginLeft = 20 + 7 * Math.max(1, ...classes.map(({ name }) => shorten(name, 16).length));
  const place = { y: 'name' } as const;
  return plot({
    width,
    height: 24 * classes.length + 34,
    marginLeft,
    marginRight: 66,
    marginTop: 6,
    marginBottom: 28,
    style: chartStyle,
    x: { domain: [0, 1] },
    y: { type: 'band', domain: classes.map(({ name }) => name), axis: null, padding: 0 },
    color: { type: 'identity' },
    ariaLabel: 'Recall per class with source-only and with the recipe',
    marks: [
      gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisX({
        label: null,
        ticks: 5,
        tickSize: 0,
        tickFormat: (share: number) => `${Math.round(100 * share)} %`,
        fill: 'var(--soft)',
      }),
      text(classes, {
        ...place,
        frameAnchor: 'left',
        dx: -12,
        textAnchor: 'end',
        text: (one: ClassRecall) => shorten(one.name, 16),
        fill: 'var(--ink)',
      }),
      ruleY(classes, {
        ...place,
        x1: 'before',
        x2: 'after',
        stroke: colour,
        strokeWidth: 3,
        strokeOpacity: 0.5,
      }),
      dot(classes, {
        ...place,
        x: 'before',
        r: 4,
        fill: 'var(--paper)',
        stroke: 'var(--soft)',
        strokeWidth: 1.5,
      }),
      dot(
        classes.filter((one) => one.after > one.before),
        {
          ...place,
          x: 'after',
          r: 5,
          symbol: 'triangle',
          rotate: 90,
          fill: colour,
          className: 'recalls',
        },
      ),
      dot(
        classes.filter((one) => one.after < one.before),
        {
          ...place,
          x: 'after',
          r: 5,
          symbol: 'triangle',
          rotate: -90,
          fill: colour,
          className: 'recalls',
        },
      ),
      text(classes, {
        ...place,
        frameAnchor: 'right',
        dx: 60,
        textAnchor: 'end',
        text: (one: ClassRecall) => signedPoints(one.after - one.before),
        fill: colour,
      }),
    ],
  });
}

/** Share of each class's rows that were called by their name; classes without rows are left out. */
function recalls({ classes, counts }: NonNullable<PageRun['confusion']>): Map<string, number> {
  const found = new Map<string, number>();
  classes.forEach((name, k) => {
    const row = counts[k]!;
    const total = row.reduce((sum, count) => sum + count, 0);
    if (total > 0) found.set(name, row[k]! / total);
  });
  return found;
}

function signedPoints(change: number): string {
  const points = Math.round(100 * change);
  return points === 0 ? '0' : points > 0 ? `+${points}` : `\u2212${-points}`;
}

import { axisX, axisY, cell, plot, text } from '@observablehq/plot';
import type { PageRun } from '../internal/page-data.js';
import { shorten } from './element.js';
import { chartStyle } from './palette.js';

export type CellText = 'rate' | 'count';

interface Cell {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Share of the rows of class `actual`. */
  readonly rate: number;
}

/** Rows of each class by what they were called: the diagonal is right, everything beside it is a mistake. */
export function confusionChart(
  { classes, counts }: NonNullable<PageRun['confusion']>,
  cellText: CellText,
  width: number,
): Element {
  const cells = counts.flatMap((row, actual) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted): Cell => ({
      actual,
      predicted,
      count,
      rate: total > 0 ? count / total : 0,
    }));
  });
  const labels = classes.map((label) => shorten(label, 14));
  const marginLeft = 34 + 7.5 * Math.max(1, ...labels.map((label) => label.length));
  const size = Math.min((width - marginLeft - 4) / Math.max(classes.length, 1), 64);
  const side = size * classes.length;
  const positions = classes.map((_, k) => k);
  const name = (k: number): string => classes[k]!;
  const upright = labels.every((label) => 7 * label.length < size);
  const marginTop = upright ? 40 : marginLeft + 14;
  const axis = {
    tickSize: 0,
    tickFormat: (k: number) => labels[k]!,
    label: null,
    fill: 'var(--soft)',
    fontSize: size < 14 ? 9 : 12,
  } as const;
  return plot({
    width: marginLeft + side + 4,
    height: marginTop + side + 4,
    marginLeft,
    marginTop,
    marginRight: 4,
    marginBottom: 4,
    style: chartStyle,
    x: { type: 'band', domain: positions, padding: 0 },
    y: { type: 'band', domain: positions, padding: 0 },
    opacity: { type: 'linear', domain: [0, 1], range: [0.06, 1] },
    ariaLabel: 'Confusion matrix',
    marks: [
      axisX({ ...axis, anchor: 'top', ...(upright ? {} : { tickRotate: -90 }) }),
      axisY({ ...axis, anchor: 'left' }),
      text(['predicted'], {
        frameAnchor: 'top-left',
        dy: -marginTop + 2,
        text: (label: string) => label,
        fill: 'var(--soft)',
      }),
      text(['true'], {
        frameAnchor: 'top-left',
        dx: -marginLeft + 4,
        rotate: -90,
        textAnchor: 'end',
        text: (label: string) => label,
        fill: 'var(--soft)',
      }),
      cell(cells, {
        x: 'predicted',
        y: 'actual',
        fill: (at: Cell) => (at.actual === at.predicted ? 'var(--right)' : 'var(--wrong)'),
        fillOpacity: 'rate',
        inset: 0.75,
        rx: 2,
        className: 'cells',
        title: (at: Cell) =>
          `${at.count} of class ${name(at.actual)} called ${name(at.predicted)} (${(100 * at.rate).toFixed(1)} %)`,
      }),
      ...(size < 22
        ? []
        : [
            text(
              cells.filter(({ count }) => count > 0),
              {
                x: 'predicted',
                y: 'actual',
                text: (at: Cell) =>
                  cellText === 'count' ? `${at.count}` : `${Math.round(100 * at.rate)}`,
                fill: (at: Cell) => (at.rate > 0.5 ? 'var(--on-dark)' : 'var(--ink)'),
                fontSize: size < 30 ? 10 : 12,
                pointerEvents: 'none',
                className: 'counts',
              },
            ),
          ]),
    ],
    color: { type: 'identity' },
  });
}

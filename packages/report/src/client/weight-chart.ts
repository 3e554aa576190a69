import { axisX, axisY, gridY, plot, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import type { Histogram } from '../report-input.js';
import { chartStyle } from './palette.js';

/** How the weights of the source rows are spread, around the 1 that each row would have without weighting. */
export function weightChart({ edges, counts }: Histogram, width: number): Element {
  const bins = counts.map((count, k) => ({ count, from: edges[k]!, to: edges[k + 1]! }));
  return plot({
    width,
    height: 260,
    marginLeft: 44,
    marginRight: 8,
    marginTop: 22,
    marginBottom: 36,
    style: chartStyle,
    x: { domain: [Math.min(0, edges[0] ?? 0), edges[edges.length - 1] ?? 1] },
    y: { domain: [0, Math.max(1, ...counts)] },
    ariaLabel: 'Histogram of source weights',
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
      axisY({ label: 'source rows', ticks: 4, tickSize: 0, fill: 'var(--soft)' }),
      axisX({ label: 'weight', ticks: 6, tickSize: 0, fill: 'var(--soft)' }),
      rectY(bins, {
        x1: 'from',
        x2: 'to',
        y: 'count',
        fill: 'var(--source-1)',
        inset: 0.5,
        className: 'bins',
        title: (bin: (typeof bins)[number]) =>
          `${bin.count} rows with weight ${bin.from.toPrecision(3)} to ${bin.to.toPrecision(3)}`,
      }),
      ruleY([0], { stroke: 'var(--soft)' }),
      ruleX([1], { stroke: 'var(--ink)', strokeDasharray: '2,3' }),
      text([1], {
        x: (weight: number) => weight,
        frameAnchor: 'top',
        dx: 6,
        dy: 2,
        textAnchor: 'start',
        text: () => '1: as without weights',
        fill: 'var(--ink)',
      }),
    ],
  });
}

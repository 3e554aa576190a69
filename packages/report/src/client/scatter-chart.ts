import { arrow, dot, frame, plot, pointer, text, tip, type Markish } from '@observablehq/plot';
import type { PackedProjection, PageData } from '../internal/page-data.js';
import { shorten } from './element.js';
import { chartStyle, classColours, domainColours } from './palette.js';

export type ColourBy = 'domain' | 'label';

/** With more, names would cover each other. */
const mostNamedClasses = 12;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly domain: number;
  readonly label: number | null;
}

/** Rows of all domains in the plane: dots for sources, crosses for targets, whatever the colours say. */
export function scatterChart(
  data: PageData,
  projection: PackedProjection,
  colourBy: ColourBy,
  width: number,
): Element {
  const points = projection.x.map((x, i): Point => ({
    x,
    y: projection.y[i]!,
    domain: projection.domain[i]!,
    label: projection.label?.[i] ?? null,
  }));
  const height = Math.round(Math.min(0.8 * width, 420));
  const margin = { marginLeft: 24, marginRight: 4, marginTop: 4, marginBottom: 26 };
  const [xDomain, yDomain] = sameUnit(points, width - 28, height - 30);
  const byClass = colourBy === 'label' && data.kind === 'classification';
  const byValue = colourBy === 'label' && data.kind === 'regression';
  const colours = byClass ? classColours(data.classes.length) : domainColours(data);
  const colour = (point: Point): string | number | null => {
    if (byValue) return point.label;
    if (!byClass) return colours[point.domain]!;
    return point.label === null ? 'var(--unclear)' : colours[point.label]!;
  };
  return plot({
    width,
    height,
    ...margin,
    style: chartStyle,
    x: { domain: xDomain, axis: null },
    y: { domain: yDomain, axis: null },
    color: byValue
      ? { type: 'linear', scheme: 'viridis', unknown: 'var(--unclear)' }
      : { type: 'identity' },
    ariaLabel: 'Rows of all domains in two principal components',
    marks: [
      frame({ stroke: 'var(--line)' }),
      ...data.domains.map((domain, d) => {
        const own = points.filter((point) => point.domain === d);
        return domain.role === 'source'
          ? dot(own, { x: 'x', y: 'y', r: 2.4, fill: colour, fillOpacity: 0.65, className: 'rows' })
          : dot(own, {
              x: 'x',
              y: 'y',
              r: 2.6,
              symbol: 'times',
              stroke: colour,
              strokeWidth: 1.1,
              strokeOpacity: 0.75,
              className: 'rows',
            });
      }),
      ...(byClass ? classShifts(data, points, colours) : []),
      text([axisName(1, projection)], {
        frameAnchor: 'bottom-right',
        dy: 20,
        text: (label: string) => label,
        fill: 'var(--soft)',
      }),
      text([axisName(2, projection)], {
        frameAnchor: 'top-left',
        dx: -12,
        rotate: -90,
        textAnchor: 'end',
        text: (label: string) => label,
        fill: 'var(--soft)',
      }),
      tip(
        points,
        pointer({
          x: 'x',
          y: 'y',
          title: (point: Point) => describe(data, point),
          fill: 'var(--paper)',
          stroke: 'var(--soft)',
          maxRadius: 16,
        }),
      ),
    ],
  });
}

/** An arrow per class from the middle of each source to the middle of the target: how far the class must travel. */
function classShifts(
  data: PageData,
  points: readonly Point[],
  colours: readonly string[],
): Markish[] {
  const target = data.domains.findIndex(({ role }) => role === 'target');
  const shifts = data.classes.flatMap((name, label) => {
    const end = middle(points.filter((point) => point.label === label && point.domain === target));
    return data.domains.flatMap(({ role }, d) => {
      if (role === 'target' || !end) return [];
      const start = middle(points.filter((point) => point.label === label && point.domain === d));
      return start ? [{ name, colour: colours[label]!, start, end }] : [];
    });
  });
  type Shift = (typeof shifts)[number];
  const ends = {
    x1: (shift: Shift) => shift.start[0],
    y1: (shift: Shift) => shift.start[1],
    x2: (shift: Shift) => shift.end[0],
    y2: (shift: Shift) => shift.end[1],
    headLength: 7,
  };
  return [
    arrow(shifts, { ...ends, stroke: 'var(--paper)', strokeWidth: 5, strokeOpacity: 0.8 }),
    arrow(shifts, { ...ends, stroke: 'colour', strokeWidth: 2, className: 'shifts' }),
    ...(data.classes.length > mostNamedClasses
      ? []
      : [
          text(shifts, {
            x: (shift: Shift) => shift.start[0],
            y: (shift: Shift) => shift.start[1],
            text: (shift: Shift) => shorten(shift.name, 12),
            fontSize: 13,
            fontWeight: 700,
            fill: 'var(--ink)',
            stroke: 'var(--paper)',
            strokeWidth: 4,
          }),
        ]),
  ];
}

function middle(points: readonly Point[]): [number, number] | undefined {
  if (points.length === 0) return undefined;
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return [x / points.length, y / points.length];
}

/** Domains of both axes in which one unit has the same length on the page. */
function sameUnit(
  points: readonly Point[],
  width: number,
  height: number,
): [[number, number], [number, number]] {
  let highX = 1;
  let highY = 1;
  for (const { x, y } of points) {
    highX = Math.max(highX, x);
    highY = Math.max(highY, y);
  }
  const unit = 1.06 * Math.max(highX / width, highY / height);
  const around = (middle: number, length: number): [number, number] => [
    middle - (unit * length) / 2,
    middle + (unit * length) / 2,
  ];
  return [around(highX / 2, width), around(highY / 2, height)];
}

function axisName(component: 1 | 2, { explained }: PackedProjection): string {
  const share = explained?.[component - 1];
  const variance = share === undefined ? '' : ` (${Math.round(100 * share)} % of the variance)`;
  return `component ${component}${variance}`;
}

function describe(data: PageData, { domain, label }: Point): string {
  const name = data.domains[domain]!.name;
  if (label === null) return name;
  return data.kind === 'classification'
    ? `${name}, class ${data.classes[label]!}`
    : `${name}, ${label}`;
}

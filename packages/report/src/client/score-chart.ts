import { axisX, dot, gridX, plot, ruleX, ruleY, text, type Markish } from '@observablehq/plot';
import { outcomeSign } from '../internal/outcome-signs.js';
import type { Outcome } from '../internal/outcome.js';
import type { PageData, PageRun } from '../internal/page-data.js';
import { chartStyle, outcomeColour } from './palette.js';

interface Row extends PageRun {
  readonly place: number;
}

const words: Readonly<Record<Outcome, string>> = {
  baseline: 'baseline',
  helped: 'helped',
  hurt: 'worse',
  unclear: 'unclear',
  same: 'no change',
  unjudged: 'not judged',
  failed: 'failed',
};

/** Scores of all runs around the line of source-only: names left, numbers right, as in a forest plot. */
export function scoreChart(data: PageData, width: number): Element {
  const rows = data.runs.map((run, place): Row => ({ ...run, place }));
  const layout = width < 640 ? narrowLayout() : wideLayout(rows);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return plot({
    width,
    height: rows.length * layout.rowHeight + 34,
    marginLeft: layout.marginLeft,
    marginRight: layout.marginRight,
    marginTop: 6,
    marginBottom: 28,
    style: chartStyle,
    x: { domain: rangeOf(data) },
    y: { type: 'band', domain: rows.map(({ place }) => place), axis: null, padding: 0 },
    color: { type: 'identity' },
    ariaLabel: 'Score of every run against source-only',
    marks: [
      gridX({ ticks: layout.ticks, stroke: 'var(--line)', strokeOpacity: 1 }),
      axisX({
        label: null,
        tickSize: 0,
        ticks: layout.ticks,
        tickFormat: data.kind === 'classification' ? percent : '.2f',
        fill: 'var(--soft)',
      }),
      ...changeMarks(data, rows),
      ...scoreMarks(rows),
      ...labelMarks(rows, layout),
    ],
  });
}

interface Layout {
  readonly rowHeight: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly ticks: number;
  /** How far names and numbers stand from the middle of their row. */
  readonly lift: number;
  readonly nameX: number;
  /** In ems. */
  readonly nameWidth: number;
  readonly scoreX: number;
  readonly remarkX: number;
  readonly remarkAnchor: 'start' | 'end';
  readonly remark: (row: Row) => string;
}

/** Everything in one line. */
function wideLayout(rows: readonly Row[]): Layout {
  const longest = Math.max(0, ...rows.map(({ title }) => title.length));
  const marginLeft = Math.min(Math.max(90, 7.2 * longest + 16), 240);
  return {
    rowHeight: 32,
    marginLeft,
    marginRight: 230,
    ticks: 6,
    lift: 0,
    nameX: -marginLeft,
    nameWidth: 17,
    scoreX: 62,
    remarkX: 78,
    remarkAnchor: 'start',
    remark: ({ outcome, changeText }) =>
      [`${outcomeSign[outcome]} ${words[outcome]}`, changeText].filter(Boolean).join(', '),
  };
}

/** Names and numbers above the line they belong to. */
function narrowLayout(): Layout {
  return {
    rowHeight: 46,
    marginLeft: 8,
    marginRight: 12,
    ticks: 4,
    lift: -15,
    nameX: -8,
    nameWidth: 14,
    scoreX: -98,
    remarkX: 12,
    remarkAnchor: 'end',
    remark: ({ outcome, changeText }) => `${outcomeSign[outcome]} ${changeText ?? words[outcome]}`,
  };
}

/** The line of source-only and the way from it to every other score. */
function changeMarks({ baseline }: PageData, rows: readonly Row[]): Markish[] {
  if (baseline === undefined) return [];
  return [
    ruleX([baseline], { stroke: 'var(--ink)', strokeDasharray: '2,3' }),
    ruleY(
      rows.filter(({ changeText }) => changeText !== undefined),
      {
        y: 'place',
        x1: () => baseline,
        x2: 'score',
        stroke: colour,
        strokeWidth: 9,
        strokeOpacity: 0.24,
        className: 'changes',
      },
    ),
  ];
}

function scoreMarks(rows: readonly Row[]): Markish[] {
  const signs = (outcomes: readonly Outcome[], options: object): Markish =>
    dot(
      rows.filter(({ outcome, score }) => score !== undefined && outcomes.includes(outcome)),
      {
        x: 'score',
        y: 'place',
        r: 5.5,
        fill: colour,
        stroke: 'var(--paper)',
        strokeWidth: 1,
        className: 'scores',
        ...options,
      },
    );
  return [
    ruleY(
      rows.filter(({ interval }) => interval),
      {
        y: 'place',
        x1: (row: Row) => row.interval?.[0],
        x2: (row: Row) => row.interval?.[1],
        stroke: colour,
        strokeWidth: 1.5,
        className: 'intervals',
      },
    ),
    signs(['helped'], { symbol: 'triangle' }),
    signs(['hurt'], { symbol: 'triangle', rotate: 180 }),
    signs(['unclear', 'same'], { symbol: 'circle', r: 5 }),
    signs(['unjudged'], { symbol: 'circle', r: 5, fill: 'var(--paper)', stroke: 'var(--ink)' }),
    signs(['baseline'], { symbol: 'diamond' }),
  ];
}

function labelMarks(rows: readonly Row[], layout: Layout): Markish[] {
  // The rim keeps text readable where it crosses the line of source-only.
  const common = {
    y: 'place',
    dy: layout.lift,
    fontSize: 13,
    fill: 'var(--ink)',
    stroke: 'var(--paper)',
    strokeWidth: 4,
  } as const;
  return [
    text(rows, {
      ...common,
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: layout.nameX,
      text: 'title',
      lineWidth: layout.nameWidth,
      textOverflow: 'ellipsis',
    }),
    text(
      rows.filter(({ scoreText }) => scoreText !== undefined),
      {
        ...common,
        frameAnchor: 'right',
        textAnchor: 'end',
        dx: layout.scoreX,
        text: 'scoreText',
        fontWeight: 600,
      },
    ),
    text(rows, {
      ...common,
      frameAnchor: 'right',
      textAnchor: layout.remarkAnchor,
      dx: layout.remarkX,
      text: layout.remark,
      fill: (row: Row) => (row.outcome === 'baseline' ? 'var(--soft)' : colour(row)),
    }),
  ];
}

function colour({ outcome }: Row): string {
  return outcomeColour[outcome];
}

/** From the lowest to the highest number shown, with some air, and within what the score can be. */
function rangeOf({ runs, kind }: PageData): [number, number] {
  const values = runs.flatMap(({ score, interval }) => [
    ...(score === undefined ? [] : [score]),
    ...(interval ?? []),
  ]);
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max(0.06 * (high - low), 0.01);
  return [
    kind === 'classification' ? Math.max(0, low - air) : low - air,
    Math.min(Math.max(1, high), high + air),
  ];
}

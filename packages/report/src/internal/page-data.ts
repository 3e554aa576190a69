import type { TaskKind } from '@graft-ml/core';
import type { Histogram, Projection, ReportInput, SourceWeights } from '../report-input.js';
import { formatEffectiveSample } from './effective-sample.js';
import { formatChange, formatScore } from './format.js';
import { baselineScore, judgeRuns, type JudgedRun, type Outcome } from './outcome.js';

/** What the page's script draws from, kept small: equal projections are stored once, coordinates as whole numbers. */
export interface PageData {
  readonly kind: TaskKind;
  readonly classes: readonly string[];
  readonly domains: readonly { readonly name: string; readonly role: 'source' | 'target' }[];
  readonly baseline?: number;
  readonly baselineText?: string;
  readonly projections: readonly PackedProjection[];
  /** In the order of the page: best first. */
  readonly runs: readonly PageRun[];
}

export interface PageRun {
  readonly title: string;
  readonly outcome: Outcome;
  readonly score?: number;
  readonly scoreText?: string;
  readonly changeText?: string;
  readonly interval?: readonly [number, number];
  /** Positions in `projections`. */
  readonly before?: number;
  readonly after?: number;
  readonly weights?: Histogram;
  /** `465 of 1,500 rows (31 %)`. */
  readonly effectiveSampleText?: string;
  readonly confusion?: {
    readonly classes: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
}

/** A projection whose coordinates are steps of a 9,999-step ruler: four significant digits of the longer side. */
export interface PackedProjection {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly domain: readonly number[];
  readonly label?: readonly (number | null)[];
  readonly explained?: readonly [number, number];
}

const rulerSteps = 9999;
const histogramBins = 32;

export function pageData(input: ReportInput): PageData {
  const { task, domains } = input.problem;
  const projections: PackedProjection[] = [];
  const known = new Map<string, number>();
  const place = (projection: Projection): number => {
    const packed = packProjection(projection);
    const key = JSON.stringify(packed);
    const index = known.get(key) ?? projections.push(packed) - 1;
    known.set(key, index);
    return index;
  };
  const baseline = baselineScore(input);
  return {
    kind: task.kind,
    classes: task.kind === 'classification' ? task.classes.map(String) : [],
    domains: domains.map(({ name, role }) => ({ name, role })),
    ...(baseline === undefined
      ? {}
      : { baseline: round(baseline), baselineText: formatScore(task.kind, baseline) }),
    runs: judgeRuns(input).map((judged) => pageRun(task.kind, judged, place)),
    projections,
  };
}

function pageRun(
  kind: TaskKind,
  { run, outcome, score, change }: JudgedRun,
  place: (projection: Projection) => number,
): PageRun {
  const base = {
    title: run.title,
    outcome,
    ...(score === undefined ? {} : { score: round(score), scoreText: formatScore(kind, score) }),
    ...(change === undefined ? {} : { changeText: formatChange(kind, change) }),
  };
  if (run.status === 'failed') return base;
  const { interval, projection, weights, confusion } = run;
  return {
    ...base,
    ...(interval ? { interval: [round(interval.low), round(interval.high)] as const } : {}),
    ...(projection ? { before: place(projection.before) } : {}),
    ...(projection?.after ? { after: place(projection.after) } : {}),
    ...(weights
      ? { weights: toHistogram(weights), effectiveSampleText: formatEffectiveSample(weights) }
      : {}),
    ...(confusion
      ? { confusion: { classes: confusion.classes.map(String), counts: confusion.counts } }
      : {}),
  };
}

/** Both axes share one unit, so that distances on the page are distances in the plane. */
function packProjection({ x, y, domain, label, explained }: Projection): PackedProjection {
  const [lowX, highX] = extent(x);
  const [lowY, highY] = extent(y);
  const unit = Math.max(highX - lowX, highY - lowY) / rulerSteps || 1;
  return {
    x: x.map((value) => Math.round((value - lowX) / unit)),
    y: y.map((value) => Math.round((value - lowY) / unit)),
    domain,
    ...(label ? { label: label.map((value) => (value === null ? null : round(value))) } : {}),
    ...(explained ? { explained } : {}),
  };
}

/** Bins of equal width from 0 to the largest weight. */
function toHistogram({ values }: SourceWeights): Histogram {
  if (!isList(values)) return values;
  const width = extent(values)[1] / histogramBins || 1 / histogramBins;
  const counts = new Array<number>(histogramBins).fill(0);
  for (const value of values) counts[Math.min(Math.floor(value / width), histogramBins - 1)]!++;
  return { edges: Array.from({ length: histogramBins + 1 }, (_, k) => round(k * width)), counts };
}

function isList(values: SourceWeights['values']): values is readonly number[] {
  return Array.isArray(values);
}

function extent(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? [0, 0] : [low, high];
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

import { denseMatrix } from '@graft-ml/core';
import type { Outcome, Trial } from './experiment.js';

const width = 480;
const height = 380;
const left = -3.6;
const right = 3.6;
const top = 2.9;
const bottom = -2.9;
const across = (x: number) => ((x - left) / (right - left)) * width;
const down = (y: number) => ((top - y) / (top - bottom)) * height;
const colours = ['var(--class-1)', 'var(--class-3)'];

/** Sample, reweighted sample, the machine of each: the four panels of the figure, as HTML in the colours of the report. */
export async function fourPanels(trial: Trial, weighted: Outcome): Promise<string> {
  const raw = trial.outcomes[0]!;
  const error = ({ error: share }: Outcome) => `error ${(100 * share).toFixed(1)} % on the target`;
  return grid([
    panel('The source sample', `${raw.weights.length} rows; grey: where the target lies`, [
      targetRows(trial),
      wave(),
      sourceRows(trial, raw.weights),
    ]),
    panel(
      'The same rows, reweighted',
      `area by weight (${weighted.weighting}); they count as ${weighted.effectiveRows.toFixed(0)}`,
      [targetRows(trial), wave(), sourceRows(trial, weighted.weights)],
    ),
    panel('Machine of the sample', error(raw), [
      targetRows(trial),
      await regions(raw),
      wave(),
      sourceRows(trial, raw.weights),
    ]),
    panel('Machine of the reweighted sample', error(weighted), [
      targetRows(trial),
      await regions(weighted),
      wave(),
      sourceRows(trial, weighted.weights),
    ]),
  ]);
}

/** The machines of the raw and of the reweighted sample alone, for another kernel. */
export async function twoPanels(trial: Trial, weighted: Outcome): Promise<string> {
  const panels = [];
  for (const outcome of [trial.outcomes[0]!, weighted]) {
    panels.push(
      panel(
        outcome.weighting === 'none' ? 'Machine of the sample' : 'Machine of the reweighted sample',
        `error ${(100 * outcome.error).toFixed(1)} % on the target`,
        [targetRows(trial), await regions(outcome), wave(), sourceRows(trial, outcome.weights)],
      ),
    );
  }
  return grid(panels);
}

function grid(panels: readonly string[]): string {
  const style =
    'display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:20px';
  return `<div style="${style}">${panels.join('')}</div>`;
}

function panel(title: string, note: string, layers: readonly string[]): string {
  const frame = `<rect width="${width}" height="${height}" fill="none" stroke="var(--line)"/>`;
  return `<figure style="margin:0"><figcaption><b>${title}</b><br><small>${note}</small></figcaption>
<svg viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="${title}: ${note}">
<clipPath id="frame"><rect width="${width}" height="${height}"/></clipPath>
<g clip-path="url(#frame)">${layers.join('')}</g>${frame}</svg></figure>`;
}

function targetRows({ target }: Trial): string {
  const dots = Array.from(
    { length: target.rows },
    (_, i) =>
      `<circle cx="${across(target.data[2 * i]!).toFixed(1)}" cy="${down(target.data[2 * i + 1]!).toFixed(1)}" r="3"/>`,
  );
  return `<g fill="var(--soft)" opacity="0.28">${dots.join('')}</g>`;
}

/** Rows as discs whose area is their weight. */
function sourceRows({ source }: Trial, weights: Float64Array): string {
  const discs = Array.from(weights, (weight, i) => {
    const [x, y] = [source.x.data[2 * i]!, source.x.data[2 * i + 1]!];
    const radius = Math.max(0.6, 3.2 * Math.sqrt(weight));
    return `<circle cx="${across(x).toFixed(1)}" cy="${down(y).toFixed(1)}" r="${radius.toFixed(2)}" fill="${colours[source.y[i]!]}"/>`;
  });
  return `<g fill-opacity="0.75" stroke="var(--paper)" stroke-width="0.6">${discs.join('')}</g>`;
}

/** The true boundary, x2 = 1.1·sin(1.6·x1). */
function wave(): string {
  const points = Array.from({ length: 121 }, (_, i) => {
    const x = left + (i / 120) * (right - left);
    return `${across(x).toFixed(1)},${down(1.1 * Math.sin(1.6 * x)).toFixed(1)}`;
  });
  return `<polyline points="${points.join(' ')}" fill="none" stroke="var(--ink)" stroke-width="1.2" stroke-dasharray="5 4"/>`;
}

/** What a machine calls each place, in pale colours, and its boundary. */
async function regions({ model }: Outcome): Promise<string> {
  const [columns, rows] = [96, 76];
  const centres = denseMatrix(columns * rows, 2);
  for (let r = 0, p = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      centres.data[p++] = left + ((c + 0.5) / columns) * (right - left);
      centres.data[p++] = top - ((r + 0.5) / rows) * (top - bottom);
    }
  }
  const { data } = await model.scores(centres);
  const [cellWidth, cellHeight] = [width / columns, height / rows];
  const classAt = (r: number, c: number) => (data[r * columns + c]! > 0 ? 0 : 1);
  const runs: string[] = [];
  for (let r = 0; r < rows; r++) {
    let start = 0;
    for (let c = 1; c <= columns; c++) {
      if (c < columns && classAt(r, c) === classAt(r, start)) continue;
      const [x, y] = [start * cellWidth, r * cellHeight];
      runs.push(
        `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${((c - start) * cellWidth).toFixed(1)}" height="${cellHeight.toFixed(1)}" fill="${colours[classAt(r, start)]}"/>`,
      );
      start = c;
    }
  }
  const path = boundary(data, rows, columns);
  return `<g opacity="0.16" shape-rendering="crispEdges">${runs.join('')}</g><path d="${path}" fill="none" stroke="var(--ink)" stroke-width="2"/>`;
}

/** Where scores on a grid cross 0: in every square between four centres a line from crossing to crossing. */
function boundary(scores: Float64Array, rows: number, columns: number): string {
  const lines: string[] = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corners = [
        [r, c],
        [r, c + 1],
        [r + 1, c + 1],
        [r + 1, c],
      ] as const;
      const crossings = corners.flatMap(([r1, c1], k) => {
        const [r2, c2] = corners[(k + 1) % 4]!;
        const [a, b] = [scores[r1 * columns + c1]!, scores[r2 * columns + c2]!];
        if (a > 0 === b > 0) return [];
        const t = a / (a - b);
        const x = ((c1 + t * (c2 - c1) + 0.5) / columns) * width;
        const y = ((r1 + t * (r2 - r1) + 0.5) / rows) * height;
        return [`${x.toFixed(1)} ${y.toFixed(1)}`];
      });
      for (let k = 0; k + 1 < crossings.length; k += 2)
        lines.push(`M${crossings[k]}L${crossings[k + 1]}`);
    }
  }
  return lines.join('');
}

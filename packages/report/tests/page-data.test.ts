import type { FinishedRun, Projection, ReportInput } from '../src/index.js';
import { pageData } from '../src/internal/page-data.js';
import { sampleInput } from './sample-input.js';

const sample = sampleInput();
const onlyRun = (more: Partial<FinishedRun>): ReportInput => ({
  ...sample,
  runs: [
    {
      recipe: 'coral',
      title: 'CORAL',
      summary: '',
      status: 'ok',
      isBaseline: false,
      seconds: 1,
      warnings: [],
      diagnostics: {},
      ...more,
    },
  ],
});
const plane = (x: number[], y: number[]): Projection => ({ x, y, domain: x.map(() => 0) });

describe('the data of the page', () => {
  it('keeps four digits of coordinates and one unit for both axes', () => {
    const { projections } = pageData(
      onlyRun({ projection: { before: plane([-5, 0, 5], [1, 2, 3]) } }),
    );
    expect(projections[0]!.x).toEqual([0, 5000, 9999]);
    expect(projections[0]!.y).toEqual([0, 1000, 2000]);
  });

  it('stands points that all coincide in one place', () => {
    const { projections } = pageData(onlyRun({ projection: { before: plane([2, 2], [3, 3]) } }));
    expect(projections[0]).toMatchObject({ x: [0, 0], y: [0, 0] });
    expect(pageData(onlyRun({ projection: { before: plane([], []) } })).projections[0]!.x).toEqual(
      [],
    );
  });

  it('stores equal projections once', () => {
    const { projections, runs } = pageData(sampleInput());
    expect(new Set(runs.map(({ before }) => before))).toEqual(new Set([0, undefined]));
    expect(projections).toHaveLength(1 + runs.filter(({ after }) => after !== undefined).length);
  });

  it('counts every weight once, the largest in the last bin', () => {
    const values = [0, 0.5, 1, 2.5, 3.2];
    const { runs } = pageData(onlyRun({ weights: { values, rows: 5, effectiveSampleSize: 3 } }));
    const { edges, counts } = runs[0]!.weights!;
    expect(edges).toHaveLength(counts.length + 1);
    expect([edges[0], edges[edges.length - 1]]).toEqual([0, 3.2]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect(counts[counts.length - 1]).toBe(1);
    for (const [k, count] of counts.entries()) {
      const inside = values.filter(
        (v) => v >= edges[k]! && (v < edges[k + 1]! || k === counts.length - 1),
      );
      expect(inside).toHaveLength(count);
    }
  });

  it('bins weights that are all zero and takes a ready histogram as it is', () => {
    const zero = pageData(
      onlyRun({ weights: { values: [0, 0], rows: 2, effectiveSampleSize: 0 } }),
    );
    expect(zero.runs[0]!.weights!.counts[0]).toBe(2);
    const histogram = { edges: [0, 1, 4], counts: [7, 2] };
    const ready = pageData(
      onlyRun({ weights: { values: histogram, rows: 9, effectiveSampleSize: 5 } }),
    );
    expect(ready.runs[0]!.weights).toEqual(histogram);
  });

  it('keeps a comparison of ten runs small', () => {
    expect(JSON.stringify(pageData(sampleInput())).length).toBeLessThan(200_000);
  });
});

import type { SparseMatrix } from '@graft-ml/core';
import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { largestGap, valuesOf } from './support/measure.js';
import { opinionAccuracies, reviews } from './support/reviews.js';

describe('MarginalizedDenoising', () => {
  it('carries words across domains: logistic regression from 0.81 to above 0.95', async () => {
    const method = new MarginalizedDenoising({ nLayers: 3, corruption: 0.8 });
    const { raw, adapted } = await opinionAccuracies(method);
    expect(raw).toBeLessThan(0.82);
    expect(adapted).toBeGreaterThan(0.95);
  });

  it('does so in the fast form, with a third of the new features', async () => {
    const method = new MarginalizedDenoising({ nLayers: 3, corruption: 0.8, nReconstructed: 10 });
    const { adapted, problem } = await opinionAccuracies(method);
    expect(problem.target.x.columns).toBe(60);
    expect(adapted).toBeGreaterThan(0.9);
  });

  it('leaves sparse rows sparse', async () => {
    const { xs, xt } = reviews();
    const sparse = (x: number[][]): SparseMatrix => {
      const marks = x.map((row) => row.flatMap((value, j) => (value ? [j] : [])));
      const starts = [0];
      for (const row of marks) starts.push(starts.at(-1)! + row.length);
      return {
        format: 'csr',
        rows: x.length,
        columns: 30,
        rowStarts: Int32Array.from(starts),
        columnIndices: Int32Array.from(marks.flat()),
        values: new Float64Array(marks.flat().length).fill(1),
      };
    };
    for (const nReconstructed of ['all', 8] as const) {
      const method = new MarginalizedDenoising({ nLayers: 2, nReconstructed });
      const a = await method.fit({ source: { x: xs }, target: { x: xt } });
      const b = await method.fit({ source: { x: sparse(xs) }, target: { x: sparse(xt) } });
      expect(b.problem.target.x.format).toBe('csr');
      const [dense, kept] = [valuesOf(a.problem.target.x), valuesOf(b.problem.target.x)];
      expect(largestGap(dense, kept)).toBeLessThan(1e-12);
    }
  });

  it('keeps the features and adds as many per layer', async () => {
    const { xs, xt } = reviews();
    const method = new MarginalizedDenoising({ nLayers: 3 });
    const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(problem.target.x.columns).toBe(120);
    expect(problem.target.features.names).toHaveLength(120);
    expect(largestGap(valuesOf(problem.target.x).subarray(0, 30), xt[0]!)).toBe(0);
  });
});

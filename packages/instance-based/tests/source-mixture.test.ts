import { isTransferError } from '@graft-ml/core';
import { relatedSources } from '@graft-ml/datasets';
import { SourceMixture } from '@graft-ml/instance-based';
import { fact } from './support/boosting.js';
import { meanOverSeeds, normals } from './support/measure.js';
import { accuracyAfter } from './support/sources.js';

const byLabels = new SourceMixture({ match: 'rows and labels' });

describe('SourceMixture', () => {
  it('finds the shares of a target that is a mixture of its sources, within 0.05 (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const sources = [0, 4, -4].map((centre, k) => ({
        x: normals(100 * k + seed, 120, centre, 1),
      }));
      const x = [...normals(300 + seed, 140, 0, 1), ...normals(400 + seed, 60, 4, 1)];
      const { fitted } = await new SourceMixture().fit({ sources, target: { x } });
      const [first, second, third] = fact(fitted, 'shares');
      expect(Math.abs(first! - 0.7)).toBeLessThan(0.05);
      expect(Math.abs(second! - 0.3)).toBeLessThan(0.05);
      expect(third).toBeLessThan(0.05);
    }
  });

  it('has 0.93 where target-only has 0.87 and source-only 0.52, three of five sources misleading, 20 labels (20 seeds)', async () => {
    expect(await accuracyAfter(byLabels, { nLabelled: 20 })).toBeGreaterThan(0.91);
  });

  it('gives the two related of five sources 0.80 of the weight, from 0.4, with 20 labels (20 seeds)', async () => {
    const share = await meanOverSeeds(async (seed) => {
      const { problem, relations } = relatedSources({ seed, nLabelled: 20 });
      const shares = fact((await byLabels.fit(problem)).fitted, 'shares');
      return shares.reduce((sum, value, k) => sum + (relations[k] === 'related' ? value : 0), 0);
    });
    expect(share).toBeGreaterThan(0.75);
  });

  it('cannot tell sources apart by rows where only labels differ: 0.52, as source-only (20 seeds)', async () => {
    expect(await accuracyAfter(new SourceMixture(), { nLabelled: 20 })).toBeLessThan(0.6);
  });

  it('shares weight evenly between sources that are the same', async () => {
    const x = normals(1, 40, 0, 1);
    const { fitted } = await new SourceMixture().fit({ sources: [{ x }, { x }], target: { x } });
    for (const share of fact(fitted, 'shares')) expect(share).toBeCloseTo(0.5, 6);
  });

  it('gives a source that does not help the weight 0, and warns when few rows are left', async () => {
    const sources = [{ x: normals(2, 5, 3, 0.1) }, { x: normals(3, 200, -3, 1) }];
    const { problem, fitted } = await new SourceMixture({ gamma: 1 }).fit({
      sources,
      target: { x: sources[0]!.x },
    });
    expect(new Set(problem.sources[1]!.weights)).toEqual(new Set([0]));
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['ESS_LOW']);
    expect(fitted.effectiveSampleSizes).toEqual([5, 0]);
  });

  it('refuses to match labels it does not have, or values', async () => {
    const sources = [{ x: [[0], [1]], y: [0, 1] }];
    const failure = (problem: Parameters<typeof byLabels.fit>[0]) =>
      byLabels.fit(problem).catch((error: unknown) => error);
    const target = { x: [[0], [2]] };
    expect(isTransferError(await failure({ sources, target }), 'INVALID_DATA')).toBe(true);
    const labelled = { x: [[0]], y: [1] };
    const bare = { sources: [{ x: [[0], [1]] }], target: { ...target, labelled } };
    expect(isTransferError(await failure(bare), 'INVALID_DATA')).toBe(true);
    const values = { sources, target: { ...target, labelled }, task: 'regression' } as const;
    expect(isTransferError(await failure(values), 'UNSUPPORTED')).toBe(true);
  });
});

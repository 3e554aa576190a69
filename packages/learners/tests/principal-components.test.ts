import { toDense } from '@graft-ml/core';
import { PrincipalComponents } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('PrincipalComponents', () => {
  const { x } = groups(40, 5, 1);
  const target = { x: groups(30, 5, 2).x };

  it('names the new features and projects both domains', async () => {
    const { problem } = await new PrincipalComponents({ nComponents: 2 }).fit({
      source: { x },
      target,
    });
    expect(problem.target.features.names).toEqual(['component 1', 'component 2']);
    expect(problem.sources[0]!.x).toMatchObject({ rows: 40, columns: 2 });
  });

  it('keeps no more than the share of variance needs', async () => {
    const all = await new PrincipalComponents().fit({ source: { x }, target });
    const { explainedShare } = all.fitted;
    expect(explainedShare.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const share = explainedShare[0]! + explainedShare[1]! / 2;
    const few = await new PrincipalComponents({ varianceShare: share }).fit({
      source: { x },
      target,
    });
    expect(few.fitted.components.columns).toBe(2);
  });

  it('takes its directions from the rows it is told to', async () => {
    const other = await new PrincipalComponents({ fitOn: 'target' }).fit({ source: { x }, target });
    const mean = (rows: number[][], j: number) =>
      rows.reduce((s, row) => s + row[j]!, 0) / rows.length;
    expect(other.fitted.mean[0]).toBeCloseTo(mean(target.x, 0), 12);
    const own = await new PrincipalComponents({ fitOn: 'source' }).fit({ source: { x }, target });
    expect(own.fitted.mean[0]).toBeCloseTo(mean(x, 0), 12);
  });

  it('takes a row of weight 2 as the row twice and one of weight 0 as none, where it is told to', async () => {
    const weights = x.map((_, i) => i % 3);
    const copies = x.flatMap((row, i) => new Array<number[]>(weights[i]!).fill(row));
    for (const fitOn of ['all', 'source'] as const) {
      const options = { fitOn, whiten: true };
      const weigh = (weighted: boolean) =>
        new PrincipalComponents({ ...options, weighted }).fit({ source: { x, weights }, target });
      const copied = await new PrincipalComponents(options).fit({ source: { x: copies }, target });
      const { fitted } = await weigh(true);
      expect(gap(fitted.mean, copied.fitted.mean)).toBeLessThan(1e-12);
      expect(gap(fitted.components.data, copied.fitted.components.data)).toBeLessThan(1e-9);
      expect(gap(fitted.explainedVariance, copied.fitted.explainedVariance)).toBeLessThan(1e-10);
      const plain = await new PrincipalComponents(options).fit({ source: { x }, target });
      expect((await weigh(false)).fitted.components).toEqual(plain.fitted.components);
    }
  });

  it('gives the same with fewer rows than features as with the covariance', async () => {
    const wide = groups(6, 9, 3).x;
    const { fitted } = await new PrincipalComponents({ fitOn: 'source' }).fit({
      source: { x: wide },
      target: { x: wide },
    });
    expect(fitted.components.columns).toBe(5);
    const back = fitted.reconstruct(await fitted.transform(wide, 'source'));
    expect(gap(back.data, wide.flat())).toBeLessThan(1e-12);
  });

  it('keeps only directions with variance, and warns where more were asked for', async () => {
    const flat = x.map(([a, b]) => [a!, b!, a! + b!, 1]);
    const { fitted } = await new PrincipalComponents({ nComponents: 4 }).fit({
      source: { x: flat },
      target: { x: flat },
    });
    expect(fitted.components.columns).toBe(2);
    expect(fitted.diagnostics.warnings[0]?.code).toBe('RANK_DEFICIENT');
  });

  it('refuses more components than features, and rows that are all equal', async () => {
    const fit = (options: { nComponents?: number }, rows: number[][]) =>
      new PrincipalComponents(options).fit({ source: { x: rows }, target: { x: rows } });
    await expect(fit({ nComponents: 6 }, x)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(
      fit({}, [
        [0.1, 0.2],
        [0.1, 0.2],
      ]),
    ).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });

  it('gives the same from sparse rows, with a warning', async () => {
    const dense = await new PrincipalComponents().fit({ source: { x }, target });
    const csr = await new PrincipalComponents().fit({
      source: { x: sparse(x) },
      target: { x: sparse(target.x) },
    });
    expect(
      gap(toDense(dense.problem.target.x).data, toDense(csr.problem.target.x).data),
    ).toBeLessThan(1e-12);
    expect(csr.fitted.diagnostics.warnings[0]?.code).toBe('MADE_DENSE');
  });
});

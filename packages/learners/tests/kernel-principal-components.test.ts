import { toDense } from '@graft-ml/core';
import { KernelPrincipalComponents } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('KernelPrincipalComponents', () => {
  const { x } = groups(40, 3, 1);
  const target = { x: groups(30, 3, 2).x };

  it('unrolls a circle that no straight direction parts from its middle', async () => {
    const circle = Array.from({ length: 40 }, (_, i) => [3 * Math.cos(i), 3 * Math.sin(i)]);
    const middle = Array.from({ length: 40 }, (_, i) => [0.3 * Math.cos(i), 0.3 * Math.sin(i)]);
    const rows = [...circle, ...middle];
    const learner = new KernelPrincipalComponents({ gamma: 0.2, nComponents: 1 });
    const { problem } = await learner.fit({ source: { x: rows }, target: { x: rows } });
    const { data } = toDense(problem.target.x);
    const onCircle = data.slice(0, 40);
    const inMiddle = data.slice(40);
    const apart =
      Math.max(...onCircle) < Math.min(...inMiddle) ||
      Math.min(...onCircle) > Math.max(...inMiddle);
    expect(apart).toBe(true);
  });

  it('names the new features and keeps only directions with variance', async () => {
    const few = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    const learner = new KernelPrincipalComponents();
    const { problem, fitted } = await learner.fit({ source: { x: few }, target: { x: few } });
    expect(problem.target.features.names).toEqual(['component 1', 'component 2']);
    expect(fitted.diagnostics.warnings[0]?.code).toBe('RANK_DEFICIENT');
  });

  it('takes its directions from the rows it is told to', async () => {
    const sum = async (fitOn: 'source' | 'target') => {
      const learner = new KernelPrincipalComponents({ fitOn, kernel: 'linear', nComponents: 3 });
      return (await learner.fit({ source: { x }, target })).fitted.eigenvalues.reduce(
        (a, b) => a + b,
        0,
      );
    };
    const spread = (rows: number[][]) =>
      [0, 1, 2].reduce((s, j) => {
        const mean = rows.reduce((q, row) => q + row[j]!, 0) / rows.length;
        return s + rows.reduce((q, row) => q + (row[j]! - mean) ** 2, 0);
      }, 0);
    expect(await sum('source')).toBeCloseTo(spread(x), 8);
    expect(await sum('target')).toBeCloseTo(spread(target.x), 8);
  });

  it('gives the same from sparse rows', async () => {
    const learner = new KernelPrincipalComponents({ nComponents: 3 });
    const dense = await learner.fit({ source: { x }, target });
    const csr = await learner.fit({ source: { x: sparse(x) }, target: { x: sparse(target.x) } });
    expect(
      gap(toDense(dense.problem.target.x).data, toDense(csr.problem.target.x).data),
    ).toBeLessThan(1e-9);
  });

  it('refuses rows that are all alike', async () => {
    const same = {
      x: [
        [1, 2],
        [1, 2],
      ],
    };
    await expect(
      new KernelPrincipalComponents().fit({ source: same, target: same }),
    ).rejects.toMatchObject({
      code: 'INVALID_DATA',
    });
  });
});

import { toDense } from '@graft-ml/core';
import { Standardizer } from '@graft-ml/learners';
import { gap, groups, sparse } from './support/samples.js';

describe('Standardizer', () => {
  const { x } = groups(40, 3, 1);
  const moved = groups(30, 3, 2).x.map((row) => row.map((v) => 5 * v - 7));

  it('scales each domain by its own statistics, so that shifted and scaled domains meet', async () => {
    const { problem } = await new Standardizer().fit({ source: { x }, target: { x: moved } });
    for (const domain of [problem.sources[0]!, problem.target]) {
      const { data, rows } = toDense(domain.x);
      for (let j = 0; j < 3; j++) {
        const column = Array.from({ length: rows }, (_, i) => data[3 * i + j]!);
        expect(column.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
        expect(column.reduce((a, b) => a + b * b, 0)).toBeCloseTo(rows - 1, 9);
      }
    }
  });

  it('scales all domains by the sources together where asked to', async () => {
    const learner = new Standardizer({ statistics: 'source' });
    const split = await learner.fit({
      sources: [{ x: x.slice(0, 9) }, { x: x.slice(9) }],
      target: { x: moved },
    });
    const whole = await learner.fit({ source: { x }, target: { x: moved } });
    expect(
      gap(toDense(split.problem.target.x).data, toDense(whole.problem.target.x).data),
    ).toBeLessThan(1e-12);
  });

  it('makes a constant column 0 and says so', async () => {
    const flat = x.map(([a, b]) => [a!, 0.1, b!]);
    const { problem, fitted } = await new Standardizer().fit({
      source: { x: flat },
      target: { x },
    });
    const { data } = toDense(problem.sources[0]!.x);
    expect(flat.every((_, i) => data[3 * i + 1] === 0)).toBe(true);
    expect(fitted.diagnostics.warnings).toEqual([
      expect.objectContaining({
        code: 'CONSTANT_COLUMN',
        message: expect.stringContaining('of source'),
      }),
    ]);
  });

  it('warns that sparse rows were made dense', async () => {
    const { fitted } = await new Standardizer().fit({ source: { x: sparse(x) }, target: { x } });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['MADE_DENSE']);
  });

  it('refuses to apply the source to other features', async () => {
    const problem = { source: { x }, target: { x: [[1, 2]] } };
    await expect(new Standardizer({ statistics: 'source' }).fit(problem)).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    expect((await new Standardizer().fit(problem)).problem.target.x.columns).toBe(2);
  });

  it('says so where a spread leaves float64', async () => {
    const problem = { source: { x: [[1.7e308], [-1.7e308], [1.7e308]] }, target: { x: [[0]] } };
    await expect(new Standardizer().fit(problem)).rejects.toMatchObject({ code: 'NUMERICAL' });
  });
});

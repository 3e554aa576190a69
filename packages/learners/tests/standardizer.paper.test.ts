import { toDense } from '@graft-ml/core';
import { Standardizer } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups } from './support/samples.js';

describe('the formula of Standardizer', () => {
  it.each([
    ['sample', 1],
    ['population', 0],
  ] as const)('is (x − m) / s with the %s variance', async (variance, less) => {
    const { x } = groups(11, 2, 1);
    const { problem } = await new Standardizer({ variance }).fit({ source: { x }, target: { x } });
    const { data } = toDense(problem.target.x);
    for (const j of [0, 1]) {
      const column = x.map((row) => row[j]!);
      const m = column.reduce((a, b) => a + b, 0) / 11;
      const s = Math.sqrt(column.reduce((a, b) => a + (b - m) ** 2, 0) / (11 - less));
      column.forEach((v, i) => expect(data[2 * i + j]).toBeCloseTo((v - m) / s, 12));
    }
  });
});

describeGolden('learn.scaling', (golden) => {
  it('agrees on training rows, new rows and a constant column', async () => {
    const x = rowsOf(golden.inputs['X']!);
    const z = rowsOf(golden.inputs['Z']!);
    const standardizer = new Standardizer({ statistics: 'source', variance: 'population' });
    const { problem } = await standardizer.fit({ source: { x }, target: { x: z } });
    expectGolden(golden, 'standardTrain', toDense(problem.sources[0]!.x).data);
    expectGolden(golden, 'standardTest', toDense(problem.target.x).data);
  });
});

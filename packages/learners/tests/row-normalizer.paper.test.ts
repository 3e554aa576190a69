import { toDense } from '@graft-ml/core';
import { RowNormalizer } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups } from './support/samples.js';

describe('the formula of RowNormalizer', () => {
  it.each(['l1', 'l2'] as const)('divides by the %s length', async (norm) => {
    const { x } = groups(9, 4, 1);
    const { problem } = await new RowNormalizer({ norm }).fit({ source: { x }, target: { x } });
    const { data } = toDense(problem.sources[0]!.x);
    x.forEach((row, i) => {
      const length = norm === 'l2' ? Math.hypot(...row) : row.reduce((s, v) => s + Math.abs(v), 0);
      row.forEach((v, j) => expect(data[4 * i + j]).toBeCloseTo(v / length, 14));
    });
  });
});

describeGolden('learn.scaling', (golden) => {
  it.each(['l1', 'l2'] as const)('agrees for %s', async (norm) => {
    const x = rowsOf(golden.inputs['X']!);
    const { problem } = await new RowNormalizer({ norm }).fit({ source: { x }, target: { x } });
    expectGolden(golden, norm, toDense(problem.sources[0]!.x).data);
  });
});

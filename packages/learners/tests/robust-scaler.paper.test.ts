import { toDense } from '@graft-ml/core';
import { RobustScaler } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

describe('the formula of RobustScaler', () => {
  it('holds on a column of five', async () => {
    const x = [[4], [0], [1], [2], [10]];
    const { problem } = await new RobustScaler().fit({ source: { x }, target: { x } });
    const { data } = toDense(problem.target.x);
    expect(Array.from(data)).toEqual([4, 0, 1, 2, 10].map((v) => (v - 2) / 3));
  });
});

describeGolden('learn.scaling', (golden) => {
  it('agrees on new rows scaled by the source', async () => {
    const x = rowsOf(golden.inputs['X']!);
    const z = rowsOf(golden.inputs['Z']!);
    const scaler = new RobustScaler({ statistics: 'source' });
    const { problem } = await scaler.fit({ source: { x }, target: { x: z } });
    expectGolden(golden, 'robustTest', toDense(problem.target.x).data);
  });
});

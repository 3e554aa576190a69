import { toDense } from '@graft-ml/core';
import { MinMaxScaler } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

describe('the formula of MinMaxScaler', () => {
  it('holds on a column of five', async () => {
    const x = [[4], [0], [1], [2], [10]];
    const { problem } = await new MinMaxScaler().fit({ source: { x }, target: { x } });
    const { data } = toDense(problem.target.x);
    expect(Array.from(data)).toEqual([0.4, 0, 0.1, 0.2, 1]);
  });
});

describeGolden('learn.scaling', (golden) => {
  it('agrees on new rows scaled by the source', async () => {
    const x = rowsOf(golden.inputs['X']!);
    const z = rowsOf(golden.inputs['Z']!);
    const scaler = new MinMaxScaler({ statistics: 'source' });
    const { problem } = await scaler.fit({ source: { x }, target: { x: z } });
    expectGolden(golden, 'minmaxTest', toDense(problem.target.x).data);
  });
});

import { toDense } from '@graft-ml/core';
import { SmoteN } from '@graft-ml/instance-based';
import { uneven } from './support/imbalance.js';
import { itOverSamples } from './support/over-sampling.js';

describe('SmoteN', () => {
  itOverSamples(SmoteN);

  it('uses no values but those that rows of the class have', async () => {
    const x = uneven.source.x.map((_, i) => [i % 3, i % 2, i % 5]);
    const { problem } = await new SmoteN().fit({ ...uneven, source: { ...uneven.source, x } });
    const before = x.filter((_, i) => i < 3);
    const { data, rows } = toDense(problem.sources[0]!.x);
    for (let i = 0; i < rows; i++) {
      if (problem.sources[0]!.y![i] !== 0) continue;
      for (let j = 0; j < 3; j++) expect(before.map((row) => row[j])).toContain(data[3 * i + j]);
    }
  });
});

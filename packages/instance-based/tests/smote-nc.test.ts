import { toDense } from '@graft-ml/core';
import { SmoteNc } from '@graft-ml/instance-based';
import { uneven } from './support/imbalance.js';
import { itOverSamples } from './support/over-sampling.js';

describe('SmoteNc', () => {
  itOverSamples(SmoteNc);

  it('uses no values of nominal features but those that neighbours have', async () => {
    const featureKinds = ['numeric', 'categorical', 'binary'] as const;
    const x = uneven.source.x.map(([a = 0, b = 0], i) => [a + b, i % 4, i % 2]);
    const target = { ...uneven.target, featureKinds };
    const { problem } = await new SmoteNc().fit({
      source: { x, y: uneven.source.y, featureKinds },
      target,
    });
    const { data, rows } = toDense(problem.sources[0]!.x);
    for (let i = 0; i < rows; i++) {
      expect([0, 1, 2, 3]).toContain(data[3 * i + 1]);
      expect([0, 1]).toContain(data[3 * i + 2]);
    }
  });
});

import { toDense } from '@graft-ml/core';
import { RowNormalizer } from '@graft-ml/learners';
import { sparse } from './support/samples.js';

describe('RowNormalizer', () => {
  const problem = {
    source: {
      x: [
        [1, 3],
        [0, 0],
        [-2, 2],
      ],
    },
    target: { x: [[5, 0, 5]] },
  };

  it('gives rows length 1, leaves zero rows alone and takes domains of other widths', async () => {
    const fit = new RowNormalizer({ norm: 'l1' }).fit({
      ...problem,
      target: { x: [[5, 0, 5]], featureNames: ['a', 'b', 'c'] },
    });
    const { problem: adapted } = await fit;
    expect(Array.from(toDense(adapted.sources[0]!.x).data)).toEqual([0.25, 0.75, 0, 0, -0.5, 0.5]);
    expect(Array.from(toDense(adapted.target.x).data)).toEqual([0.5, 0, 0.5]);
  });

  it('keeps sparse rows sparse', async () => {
    const { problem: adapted } = await new RowNormalizer().fit({
      source: { x: sparse([[3, 0, 4]]) },
      target: { x: sparse([[0, 0, 2]]) },
    });
    const { x } = adapted.sources[0]!;
    expect(x.format).toBe('csr');
    expect(Array.from(toDense(x).data)).toEqual([0.6, 0, 0.8]);
  });

  it.each([1e200, 1e-200, 1e-300])('has no overflow or underflow at %d', async (size) => {
    const { problem: adapted } = await new RowNormalizer().fit({
      source: { x: [[size, size]] },
      target: { x: [[size, 0]] },
    });
    expect(toDense(adapted.sources[0]!.x).data[0]).toBeCloseTo(Math.SQRT1_2, 15);
  });
});

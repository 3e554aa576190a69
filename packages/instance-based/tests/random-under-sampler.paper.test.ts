import { RandomUnderSampler } from '@graft-ml/instance-based';
import { classCounts, rowsAsText, uneven } from './support/imbalance.js';

describe('the counts of under-sampling', () => {
  it.each([
    [1, [3, 3, 3]],
    [0.6, [3, 5, 5]],
    [0.1, [3, 9, 6]],
  ])('are min(n, min n / ratio) for ratio %d', async (ratio, expected) => {
    const { problem } = await new RandomUnderSampler({ ratio }).fit(uneven);
    expect(classCounts(problem)).toEqual(expected);
  });

  it('come of draws without replacement: all rows of a class equally often in the long run', async () => {
    const kept = new Map<string, number>();
    for (let seed = 0; seed < 300; seed++) {
      const { problem } = await new RandomUnderSampler().fit(uneven, { seed });
      for (const row of rowsAsText(problem).filter((text) => text.startsWith('1 ')))
        kept.set(row, (kept.get(row) ?? 0) + 1);
    }
    expect(kept.size).toBe(9);
    for (const count of kept.values()) expect(Math.abs(count - 100)).toBeLessThan(33); // 4 standard deviations
  });
});

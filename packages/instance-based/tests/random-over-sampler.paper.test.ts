import { RandomOverSampler } from '@graft-ml/instance-based';
import { classCounts, rowsAsText, uneven } from './support/imbalance.js';

describe('the counts of over-sampling', () => {
  it.each([
    [1, [9, 9, 9]],
    [0.7, [6, 9, 6]],
    [0.1, [3, 9, 6]],
  ])('are max(n, ratio · max n) for ratio %d', async (ratio, expected) => {
    const { problem } = await new RandomOverSampler({ ratio }).fit(uneven);
    expect(classCounts(problem)).toEqual(expected);
  });

  it('come of draws with replacement: all rows of a class equally often in the long run', async () => {
    const copies = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) {
      const { problem } = await new RandomOverSampler().fit(uneven, { seed });
      for (const row of rowsAsText(problem)
        .slice(18)
        .filter((text) => text.startsWith('0 ')))
        copies.set(row, (copies.get(row) ?? 0) + 1);
    }
    expect(copies.size).toBe(3);
    for (const count of copies.values()) expect(Math.abs(count - 400)).toBeLessThan(65); // 4 standard deviations
  });
});

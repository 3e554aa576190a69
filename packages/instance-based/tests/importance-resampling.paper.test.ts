import { ImportanceResampling } from '@graft-ml/instance-based';
import { mean } from './support/measure.js';

const weights = [0.25, 1.75, 0.5, 1.5, 0.9, 1.1];
const source = { x: weights.map((_, i) => [i]), y: [0, 0, 0, 1, 1, 1], weights };
const target = { x: [[0]] };

describe('systematic resampling', () => {
  it('takes row i ⌊n·w/W⌋ or one time more, n·w/W on average', async () => {
    const counts = weights.map(() => [] as number[]);
    for (let seed = 0; seed < 400; seed++) {
      const { problem } = await new ImportanceResampling({ size: 2 }).fit(
        { source, target },
        { seed },
      );
      const rows = (problem.sources[0]!.x as { data: Float64Array }).data;
      counts.forEach((list, i) => list.push(rows.filter((value) => value === i).length));
    }
    // Class 0 has 2.5 of 6 weight, 5 of 12 rows; class 1 has 3.5, 7 rows.
    counts.forEach((list, i) => {
      const expected = i < 3 ? (5 * weights[i]!) / 2.5 : (7 * weights[i]!) / 3.5;
      expect(Math.min(...list)).toBeGreaterThanOrEqual(Math.floor(expected));
      expect(Math.max(...list)).toBeLessThanOrEqual(Math.floor(expected) + 1);
      expect(Math.abs(mean(list) - expected)).toBeLessThan(0.1);
    });
  });
});

import { toDense } from '@graft-ml/core';
import { Adasyn } from '@graft-ml/instance-based';
import { apportion } from '../src/internal/resample.js';

describe('the formulas of ADASYN', () => {
  it('begin new rows where other classes are near, in proportion to how many of the k nearest they are', async () => {
    // With k = 2: the row at 0 has none of another class among its two nearest, 0.2 has none, 4 has one, 9 has two.
    const rare = [0, 0.2, 4, 9];
    const common = [5.5, 9.2, 9.3, 9.5, 9.7, 9.9, 10.1, 10.3, 10.5, 10.7];
    const x = [...rare, ...common].map((value) => [value]);
    const y = [...rare.map(() => 'r'), ...common.map(() => 's')];
    const { problem } = await new Adasyn({ nNeighbours: 2 }).fit({
      source: { x, y },
      target: { x: [[0]] },
    });
    const { data } = toDense(problem.sources[0]!.x);
    const synthetic = Array.from(data).slice(14);
    expect(synthetic).toHaveLength(6);
    // Two of six begin at 4 and lead to 0 or 0.2; four begin at 9 and lead to 4 or 0.2.
    expect(synthetic.filter((value) => value <= 4).length).toBeGreaterThanOrEqual(2);
    expect(synthetic.filter((value) => value > 4).length).toBeGreaterThanOrEqual(1);
    expect(synthetic.every((value) => value >= 0 && value <= 9)).toBe(true);
  });

  it('round gᵢ = r̂ᵢ·G so that the sum is G', () => {
    expect(apportion([0, 0, 1, 2], 6)).toEqual([0, 0, 2, 4]);
    expect(apportion([1, 1, 1], 4)).toEqual([2, 1, 1]);
    expect(apportion([0.2, 0.5, 0.3], 7).reduce((a, b) => a + b)).toBe(7);
  });

  it('begin equally many everywhere where no other class is near', async () => {
    const x = [[0], [1], [2], [100], [101], [102], [103], [104], [105]];
    const y = ['r', 'r', 'r', 's', 's', 's', 's', 's', 's'];
    const { problem } = await new Adasyn({ nNeighbours: 2 }).fit({
      source: { x, y },
      target: { x: [[0]] },
    });
    const synthetic = Array.from(toDense(problem.sources[0]!.x).data).slice(9);
    expect(synthetic).toHaveLength(3);
    expect(synthetic.every((value) => value >= 0 && value <= 2)).toBe(true);
  });
});

import { toDense } from '@graft-ml/core';
import { SmoteN } from '@graft-ml/instance-based';

describe('the formulas of SMOTE-N', () => {
  it('vote among the row and its nearest by the value difference metric', async () => {
    // Feature 1 tells the classes apart by values 0 and 1 alike (both only in r); feature 2 is the one voted on.
    const rare = [
      [0, 5],
      [1, 5],
      [0, 6],
    ];
    const common = Array.from({ length: 9 }, (_, i) => [2, i % 2 ? 5 : 6]);
    const y = [...rare.map(() => 'r'), ...common.map(() => 's')];
    const { problem } = await new SmoteN({ nNeighbours: 2 }).fit({
      source: { x: [...rare, ...common], y },
      target: { x: [[0, 0]] },
    });
    const { data, rows } = toDense(problem.sources[0]!.x);
    const synthetic = Array.from({ length: rows - 12 }, (_, k) => [
      data[24 + 2 * k],
      data[25 + 2 * k],
    ]);
    // Among all three rows 0 has two of three votes in feature 1 and 5 two of three in feature 2.
    expect(synthetic).toEqual(Array.from({ length: 6 }, () => [0, 5]));
  });

  it('measure distances by the class shares of values', async () => {
    // Values 1 and 2 mean class r to the same degree, 3 hardly: rows with 1 and 2 are neighbours though 3 is as near as 2 by number.
    const rare = [
      [1, 10],
      [2, 20],
      [2, 20],
      [3, 30],
    ];
    const common = [...Array.from({ length: 9 }, () => [3, 30]), [9, 40]];
    const y = [...rare.map(() => 'r'), ...common.map(() => 's')];
    const { problem } = await new SmoteN({ nNeighbours: 2 }).fit({
      source: { x: [...rare, ...common], y },
      target: { x: [[0, 0]] },
    });
    const { data, rows } = toDense(problem.sources[0]!.x);
    const synthetic = Array.from({ length: rows - 14 }, (_, k) => data[28 + 2 * k]);
    expect(synthetic).toHaveLength(6);
    expect(synthetic.filter((value) => value === 3).length).toBeLessThanOrEqual(2);
    expect(synthetic.every((value) => value === 2 || value === 3)).toBe(true);
  });
});

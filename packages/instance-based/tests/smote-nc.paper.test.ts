import { toDense } from '@graft-ml/core';
import { Smote, SmoteNc } from '@graft-ml/instance-based';
import { majority, nearestBy } from '../src/internal/nominal-neighbours.js';
import { largestGap } from './support/measure.js';
import { uneven } from './support/imbalance.js';

describe('the formulas of SMOTE-NC', () => {
  it('add the square of the median standard deviation per nominal difference to the distance', async () => {
    // Standard deviation of the numeric column of class r is 1.118: a nominal difference is as far as 1.118.
    const featureKinds = ['numeric', 'categorical'] as const;
    const x = [
      [0, 1],
      [1, 2],
      [2, 1],
      [3, 2],
      [50, 3],
      [51, 3],
      [52, 3],
      [53, 3],
      [54, 3],
      [55, 3],
      [56, 3],
      [57, 3],
    ];
    const y = x.map((_, i) => (i < 4 ? 'r' : 's'));
    const source = { x, y, featureKinds };
    const strategy = new SmoteNc({ nNeighbours: 1 });
    const { problem } = await strategy.fit({ source, target: { x: [[0, 0]], featureKinds } });
    const { data, rows } = toDense(problem.sources[0]!.x);
    // 1² + 1.25 < 2² : the nearest row is the next one, of the other value, whose value the new row takes.
    const synthetic = Array.from({ length: rows - 12 }, (_, k) => [
      data[2 * (12 + k)],
      data[2 * (12 + k) + 1],
    ]);
    expect(synthetic).toHaveLength(4);
    expect(synthetic.map(([, value]) => value).sort()).toEqual([1, 1, 2, 2]);
    expect(synthetic.every(([value = 0]) => value >= 0 && value <= 3)).toBe(true);
  });

  it('are those of SMOTE without nominal features', async () => {
    const plain = toDense((await new Smote().fit(uneven, { seed: 4 })).problem.sources[0]!.x);
    const mixed = toDense((await new SmoteNc().fit(uneven, { seed: 4 })).problem.sources[0]!.x);
    expect(largestGap(plain.data, mixed.data)).toBeLessThan(1e-12);
  });

  it('take the commonest value, of equally common ones the row’s own, else the smallest', () => {
    expect(majority([2, 1, 2], 1)).toBe(2);
    expect(majority([2, 1], 1)).toBe(1);
    expect(majority([2, 1], 7)).toBe(1);
  });

  it('find the nearest rows first, the earlier of equal ones', () => {
    const places = [0, 3, 1, -1];
    const nearest = nearestBy(4, 2, (i, out) =>
      places.forEach((place, j) => (out[j] = Math.abs(place - places[i]!))),
    );
    expect(Array.from(nearest)).toEqual([2, 3, 2, 0, 0, 1, 0, 2]);
  });
});

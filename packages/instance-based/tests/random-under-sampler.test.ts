import { toProblem } from '@graft-ml/core';
import { RandomUnderSampler } from '@graft-ml/instance-based';
import { NearestNeighbours } from '@graft-ml/learners';
import {
  balancedAccuracyAfter,
  classCounts,
  ignoresOrder,
  rowsAsText,
  uneven,
} from './support/imbalance.js';

describe('RandomUnderSampler', () => {
  it('lifts the accuracy on a 50/50 target from 0.71 to 0.84, taught a source of 90/10, and five neighbours to 0.82 (20 seeds)', async () => {
    expect(await balancedAccuracyAfter()).toBeLessThan(0.73);
    expect(await balancedAccuracyAfter(new RandomUnderSampler())).toBeGreaterThan(0.83);
    const neighbours = new NearestNeighbours({ neighbours: 5 });
    expect(await balancedAccuracyAfter(undefined, neighbours)).toBeLessThan(0.73);
    expect(await balancedAccuracyAfter(new RandomUnderSampler(), neighbours)).toBeGreaterThan(0.81);
  });

  it('meets the counts asked for, without repetition and without losing a class', async () => {
    const { problem } = await new RandomUnderSampler().fit(uneven);
    expect(classCounts(problem)).toEqual([3, 3, 3]);
    expect(new Set(rowsAsText(problem)).size).toBe(9);
    expect(rowsAsText(toProblem(uneven))).toEqual(expect.arrayContaining(rowsAsText(problem)));
    const half = (await new RandomUnderSampler({ ratio: 0.5 }).fit(uneven)).problem;
    expect(classCounts(half)).toEqual([3, 6, 6]);
  });

  it('does not depend on the order of rows, and does on the seed', async () => {
    expect(await ignoresOrder(new RandomUnderSampler())).toBe(true);
    const rows = async (seed: number) =>
      rowsAsText((await new RandomUnderSampler().fit(uneven, { seed })).problem);
    expect(await rows(1)).not.toEqual(await rows(2));
  });

  it('passes over classes that a source does not have', async () => {
    const sources = [
      uneven.source,
      {
        x: [
          [1, 1, 1],
          [2, 2, 2],
          [3, 3, 3],
        ],
        y: ['b', 'b', 'c'],
      },
    ];
    const { problem } = await new RandomUnderSampler().fit({ sources, target: uneven.target });
    expect(Array.from(problem.sources[1]!.y!).sort()).toEqual([1, 2]);
  });
});

import { type ProblemStrategy, toProblem } from '@graft-ml/core';
import {
  balancedAccuracyAfter,
  classCounts,
  ignoresOrder,
  rowsAsText,
  uneven,
} from './imbalance.js';
import { mean } from './measure.js';

/** Tests of what every over-sampler that makes new rows promises. */
export function itOverSamples(
  Method: new (options?: { readonly ratio?: number }) => ProblemStrategy,
): void {
  it('lifts the accuracy on a 50/50 target from 0.71 to 0.84, taught a source of 90/10 (20 seeds)', async () => {
    expect(await balancedAccuracyAfter()).toBeLessThan(0.73);
    expect(await balancedAccuracyAfter(new Method())).toBeGreaterThan(0.83);
  });

  it('meets the counts asked for, keeps every row and never invents a class', async () => {
    const full = (await new Method().fit(uneven)).problem;
    expect(classCounts(full)).toEqual([9, 9, 9]);
    expect(classCounts((await new Method({ ratio: 0.6 }).fit(uneven)).problem)).toEqual([5, 9, 6]);
    const given = rowsAsText(toProblem(uneven));
    expect(rowsAsText(full)).toEqual(expect.arrayContaining(given));
    const { fitted } = await new Method().fit(uneven);
    expect(fitted.diagnostics.facts).toMatchObject({
      classCountsBefore: [[3, 9, 6]],
      classCountsAfter: [[9, 9, 9]],
    });
  });

  it('does not depend on the order of rows, and does on the seed', async () => {
    expect(await ignoresOrder(new Method())).toBe(true);
    const rows = async (seed: number) =>
      rowsAsText((await new Method().fit(uneven, { seed })).problem);
    expect(await rows(1)).toEqual(await rows(1));
    expect(await rows(1)).not.toEqual(await rows(2));
  });

  it('repeats a single row, with a warning', async () => {
    const source = {
      x: [
        [1, 1],
        [5, 5],
        [6, 6],
        [7, 7],
      ],
      y: ['a', 'b', 'b', 'b'],
    };
    const { problem, fitted } = await new Method().fit({ source, target: { x: [[0, 0]] } });
    expect(classCounts(problem)).toEqual([3, 3]);
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['CLASS_SMALL']);
  });

  it('gives new rows the mean weight of their class, of mean 1 in all', async () => {
    const weights = uneven.source.y.map((label) => (label === 'a' ? 2 : 1));
    const { problem } = await new Method().fit({
      ...uneven,
      source: { ...uneven.source, weights },
    });
    const { y, weights: after } = problem.sources[0]!;
    expect(mean(after!)).toBeCloseTo(1, 12);
    const of = (c: number) => after!.filter((_, i) => y![i] === c);
    expect(new Set(of(0)).size).toBe(1);
    expect(of(0)[0]! / of(1)[0]!).toBeCloseTo(2, 12);
  });
}

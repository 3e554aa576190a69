import { denseMatrix } from '@graft-ml/core';
import { FeatureSpaceRemapping } from '@graft-ml/heterogeneous';
import { randomSource } from '@graft-ml/numerics';
import { classProfile, featureScale, similarities } from '../src/internal/meta-features.js';
import { toRows } from './support/rows.js';

describe('the formula of feature-space remapping', () => {
  it('is 1 − the mean share of the range, by hand', () => {
    const a = denseMatrix(2, 2, Float64Array.of(0, 7, 4, 7));
    const b = denseMatrix(1, 2, Float64Array.of(1, 7));
    // The second meta-feature is 7 for all: only the first counts, with range 4.
    expect(Array.from(similarities(a, b).data)).toEqual([0.75, 0.25]);
  });

  it('is 1 for a feature and itself, and symmetric', () => {
    const random = randomSource(2);
    const a = denseMatrix(
      5,
      3,
      Float64Array.from({ length: 15 }, () => random.normal()),
    );
    const s = toRows(similarities(a, a));
    s.forEach((row, i) => {
      expect(row[i]).toBe(1);
      row.forEach((value, j) => expect(value).toBeCloseTo(s[j]![i]!, 12));
    });
  });

  it('describes a feature by its mean per class, in standard deviations', () => {
    const x = denseMatrix(4, 1, Float64Array.of(1, 3, 5, 7));
    const profile = classProfile(x, Float64Array.of(0, 0, 2, 2), [0, 2], featureScale(x, true));
    const deviation = Math.sqrt(5);
    expect(profile.data[0]).toBeCloseTo((2 - 4) / deviation, 12);
    expect(profile.data[1]).toBeCloseTo((6 - 4) / deviation, 12);
  });

  it('gives a source feature the mean of its matches in its own units, and its mean without any', async () => {
    const source = {
      x: [
        [0, 5, 1],
        [0, 6, 2],
        [9, 5, 1],
        [9, 6, 2],
      ],
      y: ['a', 'a', 'b', 'b'],
    };
    const labelled = {
      x: [
        [10, 1, 4],
        [10, 2, 4],
        [90, 1, 6],
        [90, 2, 6],
      ],
      y: ['a', 'a', 'b', 'b'],
    };
    const { fitted } = await new FeatureSpaceRemapping().fit({
      source,
      target: { x: [[50, 1.5, 5]], labelled },
    });
    // Features 0 and 2 part the classes as source feature 0 does; feature 1 does not, and is taken for the first such.
    expect(Array.from(fitted.matches)).toEqual([0, 1, 0]);
    const [row] = toRows(await fitted.transform([[90, 1.5, 5]], 'target'));
    expect(row![2]).toBeCloseTo(1.5, 12);
    expect(row![1]).toBeCloseTo(5.5, 12);
    // Of the five target rows feature 0 is 10, 10, 90, 90 and 50; feature 2 of the new row is at its mean.
    const deviations = 40 / Math.sqrt((4 * 40 ** 2) / 5);
    expect(row![0]).toBeCloseTo(4.5 + (4.5 * deviations) / 2, 12);
  });
});

import { denseMatrix } from '@graft-ml/core';
import {
  randomDirections,
  randomSource,
  referenceLinearAlgebra as linalg,
  slicedWasserstein,
  wassersteinDistance1d,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../../tools/testing/golden.js';
import { errorOf, fromGolden, fromRows, normalMatrix } from '../support/matrices.js';

describeGolden('div.sliced', (golden) => {
  const xs = fromGolden(golden.inputs['Xs']);
  const xt = fromGolden(golden.inputs['Xt']);
  const directions = fromGolden(golden.inputs['projections']);

  it('averages distances along directions', () => {
    const sliced = slicedWasserstein(linalg, xs, xt, { directions });
    expectGolden(golden, 'sw2', [sliced.distance]);
    expectGolden(golden, 'maxSw2', [sliced.largest]);
    expectGolden(
      golden,
      'perDirectionW2sq',
      sliced.perDirection.map((w) => w * w),
    );
    const first = slicedWasserstein(linalg, xs, xt, { directions, power: 1 });
    expectGolden(golden, 'sw1', [first.distance]);
  });
});

describe('slicedWasserstein', () => {
  const axes = fromRows([
    [1, 0],
    [0, 1],
  ]);

  it('looks along one axis at a time', () => {
    const xs = fromRows([
      [0, 5],
      [1, 7],
    ]);
    const xt = fromRows([[4, 5]]);
    const targetWeights = Float64Array.of(9);
    const sourceWeights = Float64Array.of(3, 1);
    const options = { directions: axes, sourceWeights, targetWeights, power: 3 };
    const { distance, largest, perDirection } = slicedWasserstein(linalg, xs, xt, options);
    const along = [
      wassersteinDistance1d([0, 1], [4], { sourceWeights, power: 3 }),
      wassersteinDistance1d([5, 7], [5], { sourceWeights, power: 3 }),
    ];
    expect(Array.from(perDirection)).toEqual(along);
    expect(largest).toBe(along[0]);
    expect(distance).toBeCloseTo(((along[0] ** 3 + along[1] ** 3) / 2) ** (1 / 3), 14);
  });

  it('estimates |shift|² / nFeatures from random directions', () => {
    // Along θ a shift s moves every value by s·θ; over the sphere, (s·θ)² has the mean |s|² / d.
    const random = randomSource(3);
    const xs = normalMatrix(40, 5, random);
    const xt = { ...xs, data: xs.data.map((value, p) => value + (p % 5 === 2 ? 2 : 0)) };
    const directions = randomDirections(5, 4000, random);
    const { distance } = slicedWasserstein(linalg, xs, xt, { directions });
    // Its variance is 2(d − 1)/(d²(d + 2))·|s|⁴ = 0.73, so 4000 directions err by 0.0135 as a rule.
    expect(Math.abs(distance ** 2 - 4 / 5)).toBeLessThan(0.034);
  });

  it('is zero between a domain and itself', () => {
    const xs = normalMatrix(7, 2);
    expect(slicedWasserstein(linalg, xs, xs, { directions: axes })).toMatchObject({
      distance: 0,
      largest: 0,
    });
  });

  it('refuses matrices that do not fit', () => {
    const xs = normalMatrix(3, 2);
    const options = { directions: axes };
    errorOf(() => slicedWasserstein(linalg, xs, normalMatrix(3, 3), options), 'SHAPE_MISMATCH');
    errorOf(
      () => slicedWasserstein(linalg, xs, xs, { directions: denseMatrix(3, 2) }),
      'SHAPE_MISMATCH',
    );
    errorOf(
      () => slicedWasserstein(linalg, xs, xs, { directions: denseMatrix(2, 0) }),
      'SHAPE_MISMATCH',
    );
    errorOf(() => slicedWasserstein(linalg, denseMatrix(0, 2), xs, options), 'SHAPE_MISMATCH');
    errorOf(() => slicedWasserstein(linalg, xs, xs, { ...options, power: 0 }), 'INVALID_OPTION');
  });
});

describe('randomDirections', () => {
  it('draws unit vectors, the same for the same seed', () => {
    const directions = randomDirections(4, 50, randomSource(1));
    for (let k = 0; k < 50; k++) {
      let square = 0;
      for (let i = 0; i < 4; i++) square += directions.data[i * 50 + k] ** 2;
      expect(square).toBeCloseTo(1, 14);
    }
    expect(randomDirections(4, 50, randomSource(1))).toEqual(directions);
  });
});

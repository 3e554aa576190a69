import { changeInterval, scoreInterval, scorePredictions } from '@graft-ml/toolkit';

const labels = Float64Array.from({ length: 100 }, (_, i) => i % 2);
const right = (count: number) => labels.map((label, i) => (i < count ? label : 1 - label));

describe('scores', () => {
  it('are shares of right predictions, or R² and root mean squared error', () => {
    expect(scorePredictions('classification', right(60), labels)).toEqual({ accuracy: 0.6 });
    const { r2, rmse } = scorePredictions(
      'regression',
      Float64Array.of(1, 2, 3),
      Float64Array.of(1, 2, 6),
    );
    expect(rmse).toBeCloseTo(Math.sqrt(3), 12);
    expect(r2).toBeCloseTo(1 - 9 / 14, 12);
  });

  it('have Wilson intervals, as the formula says', () => {
    const { low, high } = scoreInterval('classification', right(60), labels, 0);
    const z = 1.959963984540054;
    const solve = (sign: number) => {
      const [a, b, c] = [1 + z ** 2 / 100, -(2 * 0.6 + z ** 2 / 100), 0.36];
      return (-b + sign * Math.sqrt(b * b - 4 * a * c)) / (2 * a);
    };
    expect(low).toBeCloseTo(solve(-1), 12);
    expect(high).toBeCloseTo(solve(1), 12);
  });

  it('stay inside [0, 1] where all or none is right', () => {
    expect(scoreInterval('classification', labels, labels, 0).high).toBe(1);
    expect(scoreInterval('classification', right(0), labels, 0).low).toBeCloseTo(0, 12);
  });

  it('change with an interval that is repeatable, holds the change and is narrow for paired predictions', () => {
    const interval = changeInterval('classification', right(60), right(70), labels, 5);
    expect(changeInterval('classification', right(60), right(70), labels, 5)).toEqual(interval);
    expect(interval.low).toBeGreaterThan(0.03);
    expect(interval.high).toBeLessThan(0.18);
    expect(changeInterval('classification', right(60), right(60), labels, 5)).toEqual({
      low: 0,
      high: 0,
    });
  });
});

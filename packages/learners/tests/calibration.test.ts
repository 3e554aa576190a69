import { fitIsotonic, fitPlatt, isotonicProbability, plattProbability } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { couplePairs } from '../src/internal/pairwise-coupling.js';

const random = randomSource(5);
const scores = Array.from({ length: 80 }, () => 2 * random.normal());
const positive: number[] = scores.map((s) =>
  random.uniform() < 1 / (1 + Math.exp(-1.5 * s + 0.5)) ? 1 : 0,
);
const weights = scores.map(() => 0.5 + random.uniform());

describe('fitPlatt', () => {
  it('has its minimum where the curve is', () => {
    const { slope, intercept, converged } = fitPlatt(scores, positive, weights);
    expect(converged).toBe(true);
    expect(slope).toBeLessThan(0);
    const total = (sign: number) =>
      weights.reduce((s, w, i) => s + (positive[i] === sign ? w : 0), 0);
    const high = (total(1) + 1) / (total(1) + 2);
    const low = 1 / (total(0) + 2);
    const loss = (a: number, b: number) =>
      scores.reduce((sum, s, i) => {
        const p = 1 / (1 + Math.exp(a * s + b));
        const t = positive[i] === 1 ? high : low;
        return sum - weights[i]! * (t * Math.log(p) + (1 - t) * Math.log(1 - p));
      }, 0);
    expect(
      Math.abs(loss(slope + 1e-5, intercept) - loss(slope - 1e-5, intercept)) / 2e-5,
    ).toBeLessThan(1e-5);
    expect(
      Math.abs(loss(slope, intercept + 1e-5) - loss(slope, intercept - 1e-5)) / 2e-5,
    ).toBeLessThan(1e-5);
  });

  it('stays away from 0 and 1 with separated scores, and copes with equal ones', () => {
    const apart = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
    expect(plattProbability(apart, 2)).toBeLessThan(0.95);
    const equal = fitPlatt([1, 1, 1, 1], [0, 0, 1, 1]);
    expect(plattProbability(equal, 1)).toBeCloseTo(0.5, 6);
  });
});

describe('fitIsotonic', () => {
  it('never falls and keeps the mean', () => {
    const curve = fitIsotonic(scores, positive, weights);
    const at = [...scores].sort((a, b) => a - b).map((s) => isotonicProbability(curve, s));
    for (let i = 1; i < at.length; i++) expect(at[i]).toBeGreaterThanOrEqual(at[i - 1]!);
    const mean = scores.reduce(
      (s, score, i) => s + weights[i]! * isotonicProbability(curve, score),
      0,
    );
    const share = positive.reduce((s, p, i) => s + weights[i]! * p, 0);
    expect(mean).toBeCloseTo(share, 10);
  });
});

describe('couplePairs', () => {
  it('finds probabilities whose pairs are given exactly', () => {
    const p = [0.5, 0.2, 0.3];
    const r = new Float64Array(9);
    p.forEach((a, i) => p.forEach((b, j) => (r[3 * i + j] = a / (a + b))));
    const found = new Float64Array(3);
    couplePairs(r, found);
    p.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 10));
  });

  it('minimises the disagreement where pairs contradict each other', () => {
    const r = Float64Array.of(0, 0.9, 0.2, 0.1, 0, 0.8, 0.8, 0.2, 0);
    const found = new Float64Array(3);
    couplePairs(r, found);
    const cost = (p: ArrayLike<number>) => {
      let sum = 0;
      for (let a = 0; a < 3; a++)
        for (let b = 0; b < 3; b++)
          if (a !== b) sum += (r[3 * b + a]! * p[a]! - r[3 * a + b]! * p[b]!) ** 2;
      return sum;
    };
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      const moved = found.slice();
      moved[a]! += 1e-4;
      moved[b]! -= 1e-4;
      expect(cost(moved)).toBeGreaterThan(cost(found));
    }
    expect(found.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
  });
});

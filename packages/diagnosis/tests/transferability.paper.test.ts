import { kendall } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import {
  gaussianBhattacharyya,
  gaussianLeep,
  hScore,
  leep,
  logMaximumEvidence,
  negativeConditionalEntropy,
  regularizedHScore,
  summarizeContinual,
  summarizeCurves,
  transportScore,
  transRate,
} from '@graft-ml/diagnosis';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

describeGolden('sel.leep', (golden) => {
  it('agrees', () => {
    const { proba, y, z } = golden.inputs;
    expectGolden(golden, 'leep', [leep(rowsOf(proba!), y!.data)]);
    expectGolden(golden, 'nce', [negativeConditionalEntropy(z!.data, y!.data)]);
  });
});

describeGolden('sel.logme', (golden) => {
  it('agrees', () => {
    const all = logMaximumEvidence(rowsOf(golden.inputs.F!), golden.inputs.y!.data);
    expectGolden(golden, 'logme', [all.score]);
    expectGolden(golden, 'perClass', all.perClass);
    expectGolden(golden, 'alpha', all.alpha);
    expectGolden(golden, 'beta', all.beta);
    expect(all.stopReason).toMatch(/within the tolerance/);
  });
});

describeGolden('sel.hscore', (golden) => {
  it('agrees', () => {
    const f = rowsOf(golden.inputs.F!);
    const y = golden.inputs.y!.data;
    expectGolden(golden, 'hScore', [hScore(f, y)]);
    const { score, shrinkage } = regularizedHScore(f, y);
    expectGolden(golden, 'shrinkage', [shrinkage]);
    expectGolden(golden, 'regularisedHScore', [score]);
    expectGolden(golden, 'transRateTll', [transRate(f, y, { weighting: 'equal' })]);
    expectGolden(golden, 'transRateWeighted', [transRate(f, y)]);
  });
});

describeGolden('sel.curves', (golden) => {
  it('agrees', () => {
    const { sizes, transfer, scratch, accuracyMatrix } = golden.inputs;
    const curves = { sizes: sizes!.data, transfer: transfer!.data, scratch: scratch!.data };
    const all = summarizeCurves(curves, 0.5);
    expectGolden(golden, 'jumpStart', [all.jumpStart]);
    expectGolden(golden, 'asymptotic', [all.asymptotic]);
    expectGolden(golden, 'areaTransfer', [all.area]);
    expectGolden(golden, 'areaRatio', [all.areaRatio]);
    // The case marks "never" by −1; here it is absent.
    expectGolden(golden, 'timeToThresholdTransfer', [all.timeToThreshold.transfer ?? -1]);
    expectGolden(golden, 'timeToThresholdScratch', [all.timeToThreshold.scratch ?? -1]);
    const continual = summarizeContinual(rowsOf(accuracyMatrix!), 0.1);
    expectGolden(golden, 'averageAccuracy', [continual.averageAccuracy]);
    expectGolden(golden, 'backwardTransfer', [continual.backwardTransfer]);
    expectGolden(golden, 'forgetting', [continual.forgetting]);
    expectGolden(golden, 'forwardTransfer', [continual.forwardTransfer]);
  });
});

/** Features in which two classes lie `gap` apart. */
function twoClasses(gap: number, seed: number) {
  const random = randomSource(seed);
  const y = Array.from({ length: 120 }, (_, i) => i % 2);
  const f = y.map((c) => [c * gap + random.normal(), random.normal(), random.normal()]);
  const proba = f.map(([a]) => {
    const p = 1 / (1 + Math.exp(-(a! - gap / 2) * gap));
    return [1 - p, p];
  });
  return { f, y, proba };
}

describe('formulas', () => {
  it('LEEP of a certain model is the negative conditional entropy', () => {
    const z = [0, 0, 1, 1, 1];
    const y = [0, 1, 1, 1, 0];
    const hard = z.map((c) => (c === 0 ? [1, 0, 0] : [0, 1, 0])); // source class 2 never occurs
    expect(leep(hard, y)).toBeCloseTo(negativeConditionalEntropy(z, y), 14);
    const h2 = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    expect(negativeConditionalEntropy(z, y)).toBeCloseTo(-(0.4 * h2(0.5) + 0.6 * h2(1 / 3)), 14);
  });

  it('LogME is the log evidence of the Gaussian with covariance I/β + F·Fᵀ/α', () => {
    const f = [[1], [2], [-1]];
    const y = [0, 0, 1];
    const { perClass, alpha, beta } = logMaximumEvidence(f, y);
    const evidence = (a: number, b: number) => {
      // One feature: C = I/b + f·fᵀ/a, inverted by Sherman and Morrison.
      const [ff, fy, yy] = [6, 3, 2];
      const logDeterminant = -3 * Math.log(b) + Math.log(1 + (b / a) * ff);
      const form = b * yy - (b * b * fy * fy) / (a + b * ff);
      return -(3 * Math.log(2 * Math.PI) + logDeterminant + form) / 6;
    };
    expect(perClass[0]).toBeCloseTo(evidence(alpha[0]!, beta[0]!), 9);
    expect(perClass[0]).toBeGreaterThanOrEqual(evidence(alpha[0]! * 1.1, beta[0]!));
    expect(perClass[0]).toBeGreaterThanOrEqual(evidence(alpha[0]!, beta[0]! * 1.1));
  });

  it('LogME of wide features agrees with that of their non-zero part', () => {
    const { f, y } = twoClasses(1, 3);
    const few = f.slice(0, 10);
    const wide = few.map((row) => [...row, ...new Array<number>(20).fill(0)]);
    const labels = y.slice(0, 10);
    // Columns of zeros change nothing but the count of coefficients, which cancels.
    expect(logMaximumEvidence(wide, labels).score).toBeCloseTo(
      logMaximumEvidence(few, labels).score,
      8,
    );
  });

  it('H-score of one feature is the between-class share of the variance', () => {
    const f = [[0], [2], [4], [6]];
    // Class means 1 and 5: variance of means 16/3, of features 20/3.
    expect(hScore(f, [0, 0, 1, 1])).toBeCloseTo(16 / 20, 12);
  });

  it('the Bhattacharyya coefficient of two unit-spread classes', () => {
    const f = [[-1], [0], [1], [3], [4], [5]];
    expect(gaussianBhattacharyya(f, [0, 0, 0, 1, 1, 1])).toBeCloseTo(-Math.exp(-16 / 8), 12);
  });

  it('scores rank 20 sources by how far apart they hold the classes', () => {
    const gaps = Array.from({ length: 20 }, (_, k) => 0.2 * (k + 1));
    const sources = gaps.map((gap, k) => twoClasses(gap, k));
    const tau = (score: (s: (typeof sources)[number]) => number) =>
      kendall(gaps, sources.map(score));
    expect(tau(({ proba, y }) => leep(proba, y))).toBeGreaterThan(0.8);
    expect(tau(({ f, y }) => logMaximumEvidence(f, y).score)).toBeGreaterThan(0.8);
    expect(tau(({ f, y }) => hScore(f, y))).toBeGreaterThan(0.8);
    expect(tau(({ f, y }) => gaussianBhattacharyya(f, y))).toBeGreaterThan(0.8);
    // A mixture finds the classes without labels only once they come apart.
    const apart = [0, 1, 2, 3, 4].map((gap) => twoClasses(2 * gap, 1));
    const values = apart.map(({ f, y }) => gaussianLeep(f, y));
    expect(kendall([0, 1, 2, 3, 4], values)).toBeGreaterThan(0.5);
  });

  it('TransRate ranks sources of three classes, and cannot see two that mirror each other', () => {
    const corners = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    const random = randomSource(5);
    const y = Array.from({ length: 150 }, (_, i) => i % 3);
    const noise = y.map(() => [random.normal(), random.normal()]);
    const at = (gap: number) =>
      y.map((c, i) => corners[c]!.map((corner, j) => corner * gap + noise[i]![j]!));
    const scores = [0, 1, 2, 4, 8].map((gap) => transRate(at(gap), y));
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    // Second moments about the common mean are the same for both classes.
    const mirrored = [[-5], [-4], [4], [5]];
    expect(transRate(mirrored, [0, 0, 1, 1])).toBeCloseTo(0, 12);
  });

  it('transport coupling: labels that follow from each other score 0, unrelated ones −H', () => {
    const source = { x: [[0], [0.1], [10], [10.1]], y: [0, 0, 1, 1] };
    const target = { x: [[0.2], [0.3], [10.2], [10.3]], y: [1, 1, 0, 0] };
    const near = transportScore(source, target, 0.01);
    expect(near.score).toBeCloseTo(0, 6);
    expect(near.distance).toBeCloseTo(0.04, 2);
    const mixed = transportScore(source, { ...target, y: [0, 1, 0, 1] });
    expect(mixed.score).toBeCloseTo(-Math.log(2), 3);
  });
});

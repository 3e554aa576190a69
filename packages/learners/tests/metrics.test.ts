import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brier,
  calibrationError,
  confusionMatrix,
  f1,
  kappa,
  kendall,
  logLoss,
  matthewsCorrelation,
  meanAbsoluteError,
  meanRocAuc,
  meanSquaredError,
  precisionPerClass,
  r2,
  recallPerClass,
  rocAuc,
  rootMeanSquaredError,
  spearman,
} from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

describe('metrics', () => {
  it('take labels as they are', () => {
    expect(accuracy(['a', 'b', 'b'], ['a', 'b', 'a'])).toBeCloseTo(2 / 3, 15);
    const { classes, counts } = confusionMatrix(['b', 'a', 'b'], ['b', 'b', 'c']);
    expect(classes).toEqual(['a', 'b', 'c']);
    expect(Array.from(counts.data)).toEqual([0, 1, 0, 0, 1, 1, 0, 0, 0]);
  });

  it('count a row of weight 2 like the row twice', () => {
    const actual = [0, 1, 1, 0];
    const scores = [0.2, 0.3, 0.9, 0.3];
    const weights = [1, 2, 1, 1];
    const twice = (values: number[]) => [...values, values[1]!];
    for (const metric of [rocAuc, averagePrecision, meanSquaredError, meanAbsoluteError, r2]) {
      expect(metric(actual, scores, { weights })).toBeCloseTo(
        metric(twice(actual), twice(scores)),
        14,
      );
    }
    const guesses = [0, 1, 0, 1];
    for (const metric of [accuracy, balancedAccuracy, f1, kappa, matthewsCorrelation]) {
      expect(metric(actual, guesses, { weights })).toBeCloseTo(
        metric(twice(actual), twice(guesses)),
        14,
      );
    }
    const proba = scores.map((p) => [1 - p, p]);
    for (const metric of [logLoss, brier, calibrationError]) {
      const copied = metric(twice(actual), [...proba, proba[1]!]);
      expect(metric(actual, proba, { weights })).toBeCloseTo(copied, 14);
    }
  });

  it('rank pairs: AUC is the share of positive-negative pairs in the right order', () => {
    const random = randomSource(3);
    const actual = Array.from({ length: 40 }, () => random.integer(2));
    const scores = Array.from({ length: 40 }, () => random.integer(12));
    let right = 0;
    let pairs = 0;
    actual.forEach((a, i) =>
      actual.forEach((b, j) => {
        if (a !== 1 || b !== 0) return;
        pairs++;
        right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }),
    );
    expect(rocAuc(actual, scores)).toBeCloseTo(right / pairs, 14);
  });

  it('count concordant pairs: Kendall by merge sort equals the double loop', () => {
    const random = randomSource(4);
    const a = Array.from({ length: 50 }, () => random.integer(9));
    const b = Array.from({ length: 50 }, () => random.integer(9));
    let balance = 0;
    let untiedA = 0;
    let untiedB = 0;
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < i; j++) {
        balance += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!);
        untiedA += a[i] === a[j] ? 0 : 1;
        untiedB += b[i] === b[j] ? 0 : 1;
      }
    }
    expect(kendall(a, b)).toBeCloseTo(balance / Math.sqrt(untiedA * untiedB), 14);
    expect(kendall(a, a)).toBeCloseTo(1, 14);
    expect(
      spearman(
        a,
        a.map((v) => -v),
      ),
    ).toBeCloseTo(-1, 14);
    expect(
      kendall(
        a,
        a.map(() => 1),
      ),
    ).toBe(0);
  });

  it('measure calibration bin by bin', () => {
    const proba = [
      [0.95, 0.05],
      [0.92, 0.08],
      [0.35, 0.65],
    ];
    expect(calibrationError([0, 1, 1], proba)).toBeCloseTo((1.87 - 1 + (1 - 0.65)) / 3, 14);
    expect(calibrationError([0, 1, 1], proba, { nBins: 1 })).toBeCloseTo(
      Math.abs(2 - 2.52) / 3,
      14,
    );
  });

  it('rank pairs of classes in the mean area under the curve', () => {
    const proba = [
      [0.5, 0.3, 0.2],
      [0.2, 0.5, 0.3],
      [0.4, 0.4, 0.2],
      [0.1, 0.2, 0.7],
      [0.3, 0.3, 0.4],
      [0.25, 0.6, 0.15],
      [0.6, 0.1, 0.3],
    ];
    const actual = [0, 1, 0, 2, 1, 0, 2];
    expect(meanRocAuc(actual, proba)).toBeCloseTo(0.7291666666666666, 14); // scikit-learn, 'ovo'
    const twice = meanRocAuc([...actual, 1], [...proba, proba[1]!]);
    expect(meanRocAuc(actual, proba, { weights: [1, 2, 1, 1, 1, 1, 1] })).toBeCloseTo(twice, 14);
    const without = meanRocAuc(actual, proba, { weights: [1, 1, 1, 0, 1, 1, 0] });
    const kept = [0, 1, 2, 4, 5];
    const pair = [0, 1].map((c) =>
      rocAuc(
        kept.map((i) => (actual[i] === c ? 1 : 0)),
        kept.map((i) => proba[i]![c]!),
      ),
    );
    expect(without).toBeCloseTo((pair[0]! + pair[1]!) / 2, 14);
    expect(() => meanRocAuc([1, 1], proba.slice(0, 2))).toThrow('at least two classes');
  });

  it('say what is wrong with their input', () => {
    expect(() => accuracy([0, 1], [0])).toThrow(
      'accuracy: "predicted" must have 2 entries; received 1.',
    );
    expect(() => rocAuc([1, 1], [0.1, 0.2])).toThrow(
      'rocAuc: needs positive rows (1) and negative rows (0)',
    );
    expect(() => logLoss([2], [[0.5, 0.5]])).toThrow(
      'logLoss: "actual" must hold class indices below 2; row 0 is 2.',
    );
    expect(() => meanSquaredError([], [])).toThrow('meanSquaredError: "actual" is empty');
  });

  it('are finite at the edges', () => {
    expect(logLoss([1], [[1, 0]])).toBeCloseTo(52 * Math.LN2, 10);
    expect(r2([2, 2], [2, 2])).toBe(1);
    expect(r2([2, 2], [1, 2])).toBe(0);
    expect(matthewsCorrelation([0, 0], [0, 0])).toBe(0);
    expect(precisionPerClass([0, 0], [0, 0], { classes: [0, 1] })[1]).toBe(0);
  });
});

describeGolden('learn.metrics', (golden) => {
  const { yt, yp, P, yb, score, yr, pr, w } = golden.inputs;
  const actual = yt!.data;
  const predicted = yp!.data;
  const numbers: Record<string, () => number> = {
    accuracy: () => accuracy(actual, predicted),
    weightedAccuracy: () => accuracy(actual, predicted, { weights: w!.data }),
    balancedAccuracy: () => balancedAccuracy(actual, predicted),
    f1Macro: () => f1(actual, predicted),
    f1Micro: () => f1(actual, predicted, { average: 'micro' }),
    kappa: () => kappa(actual, predicted),
    mcc: () => matthewsCorrelation(actual, predicted),
    logLoss: () => logLoss(actual, rowsOf(P!)),
    brierMulticlass: () => brier(actual, rowsOf(P!)),
    auc: () => rocAuc(yb!.data, score!.data),
    averagePrecision: () => averagePrecision(yb!.data, score!.data),
    r2: () => r2(yr!.data, pr!.data),
    rmse: () => rootMeanSquaredError(yr!.data, pr!.data),
    mae: () => meanAbsoluteError(yr!.data, pr!.data),
    kendallTau: () => kendall(yr!.data, pr!.data),
    spearman: () => spearman(yr!.data, pr!.data),
  };
  it.each(Object.keys(numbers))('agrees in %s', (name) => {
    expectGolden(golden, name, [numbers[name]!()]);
  });

  it('agrees per class', () => {
    expectGolden(golden, 'precisionPerClass', precisionPerClass(actual, predicted));
    expectGolden(golden, 'recallPerClass', recallPerClass(actual, predicted));
    expectGolden(golden, 'confusion', confusionMatrix(actual, predicted).counts.data);
  });
});

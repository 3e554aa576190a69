import { selectRows, toMatrix } from '@graft-ml/core';
import { accuracy, logLoss, LogisticRegression, rocAuc } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import {
  benjaminiHochberg,
  blackBoxShiftTest,
  chiSquareTest,
  classifierTest,
  conditionalShift,
  diagnose,
  estimateLabelShift,
  fisherExactTest,
  frequencyBias,
  holm,
  kolmogorovSmirnovTest,
  mmdTest,
} from '@graft-ml/diagnosis';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { normalRows } from './support/rows.js';

describeGolden('div.mmd.permutation', (golden) => {
  it('agrees under the prescribed permutations', () => {
    const test = mmdTest(rowsOf(golden.inputs.Xs!), rowsOf(golden.inputs.Xt!), {
      kernel: { type: 'rbf', gamma: 0.25 },
      permutations: rowsOf(golden.inputs.permutations!),
    });
    expectGolden(golden, 'observed', [test.statistic]);
    expectGolden(golden, 'permuted', test.permuted);
    expectGolden(golden, 'p', [test.pValue]);
  });
});

describeGolden('div.c2st', (golden) => {
  it('agrees on the prescribed folds', async () => {
    const x = toMatrix(rowsOf(golden.inputs.X!), 'test', 'x');
    const y = golden.inputs.y!.data;
    const fold = golden.inputs.fold!.data;
    // The case mixes the domains' rows; the test wants source rows first.
    const order = [0, 1].flatMap((domain) => [...y.keys()].filter((i) => y[i] === domain));
    const nSource = y.filter((domain) => domain === 0).length;
    const test = await classifierTest(
      selectRows(x, order.slice(0, nSource)),
      selectRows(x, order.slice(nSource)),
      {
        classifier: new LogisticRegression({ tolerance: 1e-9 }),
        folds: order.map((i) => fold[i]!),
      },
    );
    const probabilities = new Float64Array(y.length);
    order.forEach((row, k) => (probabilities[row] = test.probabilities[k]!));
    expectGolden(
      golden,
      'decision',
      probabilities.map((p) => Math.log(p / (1 - p))),
    );
    expectGolden(golden, 'auc', [test.auc]);
    expect(test.auc).toBeCloseTo(rocAuc(y, probabilities), 12);
    const classes = probabilities.map((p) => (p > 0.5 ? 1 : 0));
    expectGolden(golden, 'accuracy', [accuracy(y, classes)]);
    const both = Array.from(probabilities, (p) => [1 - p, p]);
    expectGolden(golden, 'logLoss', [logLoss(y, both)]);
  });
});

describeGolden('div.tests', (golden) => {
  it('agrees', () => {
    const chi2 = chiSquareTest(rowsOf(golden.inputs.table!));
    expectGolden(golden, 'chi2', [chi2.statistic]);
    expectGolden(golden, 'chi2P', [chi2.pValue]);
    const fisher = fisherExactTest(rowsOf(golden.inputs.table2x2!));
    expectGolden(golden, 'fisherOdds', [fisher.statistic]);
    expectGolden(golden, 'fisherP', [fisher.pValue]);
    const [source, target] = rowsOf(golden.inputs.counts!);
    const bias = frequencyBias(source!, target!);
    expectGolden(golden, 'logOdds', bias.logOdds);
    expectGolden(golden, 'logOddsZ', bias.z);
    expectGolden(golden, 'holm', holm(golden.inputs.pvalues!.data));
    expectGolden(golden, 'benjaminiHochberg', benjaminiHochberg(golden.inputs.pvalues!.data));
  });
});

describeGolden('div.wasserstein1d', (golden) => {
  it('agrees on Kolmogorov and Smirnov', () => {
    const { u, v } = golden.inputs;
    expectGolden(golden, 'ks', [kolmogorovSmirnovTest(u!.data, v!.data).statistic]);
  });
});

describe('p-values where nothing differs', () => {
  // 200 pairs of samples of one distribution: p-values must look uniform, judged by their own distance to uniform.
  const repeats = 200;
  const critical = 1.63 / Math.sqrt(repeats); // the 1 % point of Kolmogorov's statistic
  const distanceToUniform = (pValues: number[]) => {
    pValues.sort((a, b) => a - b);
    return Math.max(...pValues.map((p, i) => Math.max((i + 1) / repeats - p, p - i / repeats)));
  };
  const pairs = Array.from({ length: repeats }, (_, seed) => {
    const random = randomSource(seed).stream('null');
    return [normalRows(random, 30, 3), normalRows(random, 40, 3)] as const;
  });

  it('are uniform for the permutation test', () => {
    const pValues = pairs.map(([s, t], seed) => mmdTest(s, t, { nPermutations: 99, seed }).pValue);
    expect(distanceToUniform(pValues)).toBeLessThan(critical);
  });

  it('are uniform for the classifier test', async () => {
    const pValues: number[] = [];
    for (const [s, t] of pairs) pValues.push((await classifierTest(s, t)).pValue);
    expect(distanceToUniform(pValues)).toBeLessThan(critical);
  });

  it('keep their level for the relabelled classifier test', async () => {
    let rejected = 0;
    for (const [s, t] of pairs.slice(0, 40)) {
      const options = { nPermutations: 19 };
      if ((await classifierTest(s.slice(0, 15), t.slice(0, 15), options)).pValue <= 0.1) rejected++;
    }
    // 10 % of 40 expected; more than 10 has a chance below 1 %.
    expect(rejected).toBeLessThanOrEqual(10);
  });

  it('are uniform for Kolmogorov and Smirnov', () => {
    const pValues = pairs.map(
      ([s, t]) =>
        kolmogorovSmirnovTest(
          s.map((row) => row[0]!),
          t.map((row) => row[0]!),
        ).pValue,
    );
    expect(distanceToUniform(pValues)).toBeLessThan(critical + 0.03); // the statistic is discrete
  });

  it('are uniform for predicted class shares', () => {
    const pValues = Array.from({ length: repeats }, (_, seed) => {
      const random = randomSource(seed).stream('classes');
      const draw = (n: number) => Array.from({ length: n }, () => random.integer(5));
      return blackBoxShiftTest({ nClasses: 5, validation: draw(300), target: draw(200) }).pValue;
    });
    expect(distanceToUniform(pValues)).toBeLessThan(critical);
  });

  it('keep their level for P(Y|X)', async () => {
    let rejected = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = randomSource(seed).stream('conditional');
      const draw = (n: number) => {
        const x = normalRows(random, n, 2);
        return { x, y: x.map(([a]) => (a! + random.normal() > 0 ? 1 : 0)) };
      };
      const options = { nPermutations: 99, seed };
      const { answer } = await conditionalShift(draw(80), draw(20), 2, options);
      if (answer === 'differs') rejected++;
    }
    // 5 % of 60 expected; more than 8 has a chance below 1 %.
    expect(rejected).toBeLessThanOrEqual(8);
  });

  it('keep their level in a whole diagnosis', async () => {
    let alarms = 0;
    for (let seed = 0; seed < 30; seed++) {
      const random = randomSource(seed).stream('diagnosis');
      const [s, t] = [normalRows(random, 40, 4), normalRows(random, 40, 4)];
      const y = s.map((_, i) => i % 2);
      const options = { nPermutations: 99 };
      const { sources } = await diagnose({ source: { x: s, y }, target: { x: t } }, options, {
        seed,
      });
      if (sources[0]!.marginal!.answer === 'differs') alarms++;
    }
    // 5 % of 30 at most expected; more than 5 has a chance below 1 %.
    expect(alarms).toBeLessThanOrEqual(5);
  });
});

describe('power', () => {
  it('every test sees a shift of one standard deviation in 100 rows', async () => {
    const random = randomSource(3);
    const s = normalRows(random, 100, 3);
    const t = normalRows(random, 100, 3).map(([a, b, c]) => [a! + 1, b!, c!]);
    expect(mmdTest(s, t, { nPermutations: 199 }).pValue).toBe(0.005);
    const test = await classifierTest(s, t);
    expect(test.pValue).toBeLessThan(1e-3);
    expect(test.effect).toBeGreaterThan(0.35);
  });
});

describe('formulas', () => {
  it('Kolmogorov–Smirnov: the largest gap of the steps', () => {
    expect(kolmogorovSmirnovTest([1, 2, 3, 4], [3, 4, 5, 6]).statistic).toBe(0.5);
    expect(kolmogorovSmirnovTest([1, 1, 1], [1, 1]).statistic).toBe(0);
  });

  it('Holm and Benjamini–Hochberg on three values', () => {
    expect([...holm([0.01, 0.04, 0.03])]).toEqual([0.03, 0.06, 0.06]);
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03]);
    [0.03, 0.04, 0.04].forEach((p, j) => expect(adjusted[j]).toBeCloseTo(p, 12));
  });

  it('black-box estimation recovers shares through a noisy confusion', () => {
    // The model confuses a fifth of each class; the target has 80 % of class 1 instead of 50 %.
    const validation = { predicted: [] as number[], labels: [] as number[] };
    const target: number[] = [];
    for (let i = 0; i < 500; i++) {
      const label = i % 2;
      validation.labels.push(label);
      validation.predicted.push(i % 10 < 2 ? 1 - label : label);
      const actual = i % 10 < 8 ? 1 : 0;
      target.push(i % 50 < 10 ? 1 - actual : actual);
    }
    const rows = {
      nClasses: 2,
      validation: validation.predicted,
      validationLabels: validation.labels,
      target,
    };
    expect(blackBoxShiftTest(rows).pValue).toBeLessThan(1e-6);
    const estimate = estimateLabelShift(rows);
    expect(estimate.source[1]).toBeCloseTo(0.5, 12);
    expect(estimate.low[1]).toBeLessThan(0.8);
    expect(estimate.high[1]).toBeGreaterThan(0.8);
    expect(estimate.high[1]! - estimate.low[1]!).toBeLessThan(0.2);
    expect(estimate.weights[1]).toBeCloseTo(estimate.target[1]! / 0.5, 12);
  });
});

import { type Matrix, selectRows, stackRows, toDense, toMatrix } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';
import {
  averageThresholdedConfidence,
  clusterIndices,
  consensus,
  deepEmbeddedValidation,
  differenceOfConfidences,
  importanceWeightedRisk,
  matrixNormScore,
  meanConfidence,
  mixValidation,
  mutualInformation,
  nearestSourceAgreement,
  neighbourAgreement,
  nuclearNormScore,
  predictionEntropy,
  reverseValidation,
  softNeighbourhoodDensity,
} from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

describeGolden('sel.entropy', (golden) => {
  it('agrees', () => {
    const proba = rowsOf(golden.inputs.probaTarget!);
    expectGolden(golden, 'meanEntropy', [predictionEntropy(proba)]);
    expectGolden(golden, 'meanEntropyPerEntry', [predictionEntropy(proba) / 3]);
    expectGolden(golden, 'sndDiagonalRemoved', [softNeighbourhoodDensity(proba)]);
    expectGolden(golden, 'mutualInformation', [mutualInformation(proba)]);
    expectGolden(golden, 'mano4', [matrixNormScore(proba)]);
    expectGolden(golden, 'nuclearNorm', [nuclearNormScore(proba)]);
    expectGolden(golden, 'maxProbability', [meanConfidence(proba)]);
  });
});

describeGolden('sel.importanceweighted', (golden) => {
  it('agrees with density ratios by Gaussian kernels of width 1', () => {
    const xs = rowsOf(golden.inputs.Xs!);
    const xt = rowsOf(golden.inputs.Xt!);
    const density = (x: number[], sample: number[][]) =>
      sample.reduce((sum, s) => {
        const squared = s.reduce((d, v, j) => d + (v - x[j]!) ** 2, 0);
        return sum + Math.exp(-squared / 2) / sample.length;
      }, 0);
    const raw = xs.map((x) => density(x, xt) / density(x, xs));
    const total = raw.reduce((a, b) => a + b, 0);
    const weights = raw.map((w) => w / total);
    expectGolden(golden, 'weights', weights);
    const proba = rowsOf(golden.inputs.probaSource!);
    const losses = golden.inputs.ys!.data.map((y, i): number =>
      proba[i]!.indexOf(Math.max(...proba[i]!)) === y ? 0 : 1,
    );
    expectGolden(golden, 'weightedAccuracy', [1 - importanceWeightedRisk({ losses, weights })]);
    const unnormalised = losses.reduce((sum, l, i) => sum + (l * weights[i]!) / losses.length, 0);
    expectGolden(golden, 'unnormalisedRisk', [unnormalised]);
  });
});

describeGolden('sel.dev', (golden) => {
  it('agrees with a logistic density ratio', async () => {
    const xs = toMatrix(rowsOf(golden.inputs.Xs!), 'test', 'x');
    const xt = toMatrix(rowsOf(golden.inputs.Xt!), 'test', 'x');
    const train = golden.inputs.train!.data;
    const rows = (flag: number) => [...train.keys()].filter((i) => train[i] === flag);
    const [taught, held] = [selectRows(xs, rows(1)), selectRows(xs, rows(0))];
    const y = Array.from({ length: taught.rows + xt.rows }, (_, i) => (i < taught.rows ? 0 : 1));
    const domain = await new LogisticRegression({ tolerance: 1e-10 }).fit({
      x: stackRows([taught, xt]),
      y,
    });
    const { data } = await domain.predictProba(held);
    const weights = rows(0).map(
      (_, k) => (taught.rows / xt.rows) * (data[2 * k + 1]! / data[2 * k]!),
    );
    expectGolden(golden, 'weights', weights);
    const proba = rowsOf(golden.inputs.probaSource!);
    const losses = rows(0).map((i) => -Math.log(proba[i]![golden.inputs.ys!.data[i]!]!));
    expectGolden(golden, 'losses', losses);
    const { risk, eta } = deepEmbeddedValidation({ losses, weights });
    expectGolden(golden, 'eta', [eta]);
    expectGolden(golden, 'risk', [risk]);
    const plain = losses.reduce((sum, l, k) => sum + (l * weights[k]!) / losses.length, 0);
    expectGolden(golden, 'importanceWeightedRisk', [plain]);
  });
});

describeGolden('sel.circular', (golden) => {
  it('agrees', async () => {
    const proba = rowsOf(golden.inputs.probaTarget!);
    const predicted = proba.map((row) => row.indexOf(Math.max(...row)));
    expectGolden(golden, 'targetPseudoLabels', predicted);
    const result = await reverseValidation({
      source: { x: rowsOf(golden.inputs.Xs!), y: golden.inputs.ys!.data },
      target: { x: rowsOf(golden.inputs.Xt!), predicted },
      learner: new LogisticRegression(),
    });
    expectGolden(golden, 'backwardPrediction', result.predicted);
    expectGolden(golden, 'accuracy', [result.accuracy]);
    expectGolden(golden, 'balancedAccuracy', [result.balancedAccuracy]);
  });
});

describe('formulas', () => {
  const sure = [
    [1, 0],
    [0, 1],
    [1, 0],
    [0, 1],
  ];
  const unsure = sure.map(() => [0.5, 0.5]);

  it('certain and even predictions are the extremes', () => {
    expect(predictionEntropy(sure)).toBe(0);
    expect(predictionEntropy(unsure)).toBeCloseTo(Math.log(2), 14);
    expect(mutualInformation(sure)).toBeCloseTo(Math.log(2), 14);
    expect(mutualInformation(unsure)).toBeCloseTo(0, 14);
    expect(nuclearNormScore(sure)).toBeCloseTo(1, 12);
    expect(matrixNormScore(sure)).toBeCloseTo(0.5 ** 0.25, 14);
  });

  it('a model of one class fools entropy but not mutual information', () => {
    const collapsed = sure.map(() => [1, 0]);
    expect(predictionEntropy(collapsed)).toBe(0);
    expect(mutualInformation(collapsed)).toBe(0);
    expect(nuclearNormScore(collapsed)).toBeLessThan(0.75);
  });

  it('soft neighbourhood density of two exact pairs is log 1 in the limit', () => {
    expect(softNeighbourhoodDensity(sure, 0.01)).toBeCloseTo(0, 10);
    expect(softNeighbourhoodDensity(unsure)).toBeCloseTo(Math.log(3), 12);
  });

  it('thresholded confidence counts target rows above the validation threshold', () => {
    const at = (p: number) => [p, 1 - p];
    const rows = {
      validation: [at(0.95), at(0.9), at(0.8), at(0.7)],
      validationLabels: [0, 0, 0, 1], // one of four is wrong: the threshold lies at 0.7
      target: [at(0.99), at(0.72), at(0.7), at(0.6)],
    };
    expect(averageThresholdedConfidence(rows)).toBe(0.5);
    const drop = (0.95 + 0.9 + 0.8 + 0.7 - 0.99 - 0.72 - 0.7 - 0.6) / 4;
    expect(differenceOfConfidences(rows)).toBeCloseTo(0.75 - drop, 12);
  });

  it('importance weighting is the weighted mean; equal weights leave the control variate at rest', () => {
    expect(importanceWeightedRisk({ losses: [1, 0, 0], weights: [2, 1, 1] })).toBe(0.5);
    const { risk, eta } = deepEmbeddedValidation({ losses: [1, 0, 0.5], weights: [1, 1, 1] });
    expect(eta).toBe(0);
    expect(risk).toBeCloseTo(0.5, 14);
  });

  it('cluster indices of two tight pairs', () => {
    const x = [[0], [2], [10], [12]];
    const indices = clusterIndices(x, [0, 0, 1, 1]);
    const s = (a: number, b: number) => (b - a) / b;
    expect(indices.silhouette).toBeCloseTo((s(2, 11) + s(2, 9)) / 2, 12);
    expect(indices.calinskiHarabasz).toBeCloseTo(100 / (4 / 2), 12);
    expect(indices.daviesBouldin).toBeCloseTo(2 / 10, 12);
    expect(clusterIndices(x, [0, 0, 0, 0]).silhouette).toBeNaN();
  });

  it('neighbours vote', () => {
    const x = [[0], [1], [2], [10], [11], [12]];
    expect(neighbourAgreement(x, [0, 0, 0, 1, 1, 1], 2)).toBe(1);
    // Row 5 disagrees with both its neighbours; rows 3 and 4 see one vote each way.
    expect(neighbourAgreement(x, [0, 0, 0, 1, 1, 0], 2)).toBeCloseTo((3 + 0.5 + 0.5 + 0) / 6, 12);
    const source = { x: [[0], [10]], y: [0, 1] };
    expect(nearestSourceAgreement(source, { x, predicted: [0, 0, 0, 1, 1, 0] })).toBeCloseTo(5 / 6);
  });

  it('mixes follow a model with a clean boundary and not a random one', async () => {
    const x = Array.from({ length: 60 }, (_, i) => [i < 30 ? -5 - (i % 3) : 5 + (i % 3)]);
    const model = (rule: (value: number) => boolean) => async (rows: Matrix) =>
      Array.from(toDense(rows).data, (value) => (rule(value) ? [1, 0] : [0, 1]));
    const clean = await mixValidation(
      x,
      model((value) => value < 0),
    );
    expect(clean.within).toBe(1);
    const noisy = await mixValidation(
      x,
      model((value) => Math.floor(value * 7) % 2 === 0),
    );
    expect(noisy.score).toBeLessThan(clean.score);
  });
});

describe('consensus', () => {
  it('recovers the accuracies of independent candidates', () => {
    const random = randomSource(1);
    const truth = Array.from({ length: 2000 }, () => random.integer(4));
    const expected = [0.9, 0.7, 0.6, 0.5];
    const votes = expected.map((a) =>
      truth.map((c) => (random.uniform() < a ? c : (c + 1 + random.integer(3)) % 4)),
    );
    const { accuracies, classes, stopReason } = consensus(votes, 4);
    expected.forEach((a, k) => expect(Math.abs(accuracies[k]! - a)).toBeLessThan(0.04));
    const right = truth.filter((c, i) => c === classes[i]).length / truth.length;
    expect(right).toBeGreaterThan(0.9);
    expect(stopReason).toMatch(/no accuracy moved/);
  });

  it('needs two candidates of one length', () => {
    expect(() => consensus([[0]], 2)).toThrow(/at least 2/);
    expect(() => consensus([[0], [0, 1]], 2)).toThrow(/votes\[1\]/);
  });
});

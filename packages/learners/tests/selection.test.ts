import {
  accuracy,
  crossValidate,
  gridSearch,
  logLoss,
  LogisticRegression,
  NearestNeighbours,
  r2,
  randomSearch,
  RidgeRegression,
  stratifiedKFold,
} from '@graft-ml/learners';
import { groups, someWeights } from './support/samples.js';

const { x, y, value } = groups(90, 3, 1);

describe('crossValidate', () => {
  it('judges every row by a model that has not seen it', async () => {
    // 1-NN knows rows it has seen by heart, so anything below 1 shows that it has not.
    const learner = new NearestNeighbours({ neighbours: 1 });
    const { predictions, scores, mean } = await crossValidate(learner, { x, y });
    expect(scores).toHaveLength(5);
    expect(accuracy(y, predictions)).toBeCloseTo(mean, 12);
    expect(mean).toBeLessThan(0.95);
    expect(mean).toBeGreaterThan(0.5);
  });

  it('does what the loop over folds does', async () => {
    const folds = stratifiedKFold(y, 3, 7);
    const weights = someWeights(90, 4);
    const learner = new LogisticRegression();
    const { scores, standardError, probabilities } = await crossValidate(
      learner,
      { x, y, weights },
      {
        folds,
        score: ({ actual, probabilities: p, weights: w }) => -logLoss(actual, p!, { weights: w! }),
      },
    );
    const byHand: number[] = [];
    for (let fold = 0; fold < 3; fold++) {
      const inside = (keep: boolean) => [...x.keys()].filter((i) => (folds[i] !== fold) === keep);
      const [train, test] = [inside(true), inside(false)];
      const model = await learner.fit({
        x: train.map((i) => x[i]!),
        y: train.map((i) => y[i]!),
        weights: train.map((i) => weights[i]!),
      });
      const p = await model.predictProba(test.map((i) => x[i]!));
      byHand.push(
        -logLoss(
          test.map((i) => y[i]!),
          p,
          { weights: test.map((i) => weights[i]!) },
        ),
      );
      test.forEach((row, i) =>
        expect(probabilities!.data[3 * row]).toBeCloseTo(p.data[3 * i]!, 12),
      );
    }
    scores.forEach((score, fold) => expect(score).toBeCloseTo(byHand[fold]!, 12));
    const mean = byHand.reduce((a, b) => a + b, 0) / 3;
    expect(standardError).toBeCloseTo(
      Math.sqrt(byHand.reduce((s, v) => s + (v - mean) ** 2, 0) / 2 / 3),
      12,
    );
  });

  it('scores values by R², and the sources of a problem in the order learners stack them', async () => {
    const { mean, predictions, probabilities } = await crossValidate(new RidgeRegression(), {
      x,
      y: value,
    });
    expect(mean).toBeGreaterThan(0.7);
    expect(r2(value, predictions)).toBeGreaterThan(0.7);
    expect(probabilities).toBeUndefined();
    const sources = [
      { x: x.slice(0, 30), y: y.slice(0, 30) },
      { x: x.slice(30), y: y.slice(30) },
    ];
    const ofProblem = await crossValidate(new LogisticRegression(), { sources, target: { x } });
    expect(accuracy(y, ofProblem.predictions)).toBeGreaterThan(0.7);
  });

  it('refuses a single fold, and folds of another number', async () => {
    const learner = new LogisticRegression();
    await expect(crossValidate(learner, { x, y }, { folds: y.map(() => 0) })).rejects.toThrow(
      'all rows are in one fold',
    );
    await expect(crossValidate(learner, { x, y }, { folds: [0, 1] })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
  });
});

describe('gridSearch', () => {
  it('tries every combination and takes the best', async () => {
    const { best, score, trials } = await gridSearch(
      (options: { neighbours?: number; votes?: 'uniform' | 'distance' }) =>
        new NearestNeighbours(options),
      { neighbours: [1, 9, 89], votes: ['uniform', 'distance'] },
      { x, y },
    );
    expect(trials).toHaveLength(6);
    expect(trials[0]!.options).toEqual({ neighbours: 1, votes: 'uniform' });
    const means = trials.map(({ validation }) => validation!.mean);
    expect(score).toBe(Math.max(...means));
    expect(best).toEqual(trials[means.indexOf(score)]!.options);
    expect(best.neighbours).toBe(9);
  });

  it('goes on past combinations that are refused, and says so when all are', async () => {
    const make = (options: { regularization?: number }) => new LogisticRegression(options);
    const { best, trials } = await gridSearch(make, { regularization: [-1, 1] }, { x, y });
    expect(best).toEqual({ regularization: 1 });
    expect(trials[0]!.error).toMatchObject({ code: 'INVALID_OPTION' });
    await expect(gridSearch(make, { regularization: [-1] }, { x, y })).rejects.toThrow(
      'none of the 1 combinations could be fitted. LogisticRegression: "regularization" must be',
    );
  });

  it('stops when asked to', async () => {
    const controller = new AbortController();
    const run = { signal: controller.signal, onProgress: () => controller.abort() };
    const make = (options: { regularization?: number }) => new LogisticRegression(options);
    await expect(
      gridSearch(make, { regularization: [1, 2] }, { x, y }, {}, run),
    ).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('randomSearch', () => {
  const make = (options: { regularization?: number; intercept?: boolean }) =>
    new LogisticRegression(options);
  const space = {
    regularization: (random: { uniform(): number }) => 10 ** (4 * random.uniform() - 2),
    intercept: [true, false],
  };

  it('draws from lists and functions, by the seed', async () => {
    const first = await randomSearch(make, space, 6, { x, y }, {}, { seed: 1 });
    const again = await randomSearch(make, space, 6, { x, y }, {}, { seed: 1 });
    const other = await randomSearch(make, space, 6, { x, y }, {}, { seed: 2 });
    const options = ({ trials }: typeof first) => trials.map((trial) => trial.options);
    expect(options(again)).toEqual(options(first));
    expect(options(other)).not.toEqual(options(first));
    expect(new Set(options(first).map(({ regularization }) => regularization)).size).toBe(6);
    for (const { regularization } of options(first)) {
      expect(regularization).toBeGreaterThanOrEqual(0.01);
      expect(regularization).toBeLessThanOrEqual(100);
    }
  });
});

import { toMatrix, toProblem } from '@graft-ml/core';
import { Pooling, TargetOnly, TrAdaBoost } from '@graft-ml/instance-based';
import { AdaBoost, DecisionTree, LogisticRegression } from '@graft-ml/learners';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  describeGolden,
  describeWith,
  expectGolden,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { fact, problemOf, RidgeWithProbabilities } from './support/boosting.js';
import { agreement, largestGap } from './support/measure.js';

const stump = new DecisionTree({ maxDepth: 1 });

const small = {
  source: { x: [[0], [1], [2], [3], [4]], y: ['n', 'n', 'y', 'n', 'y'] },
  target: { x: [[2]], labelled: { x: [[1], [2], [3]], y: ['n', 'y', 'n'] } },
};

describe('the formulas of TrAdaBoost', () => {
  it('are those of the comment, round by round', async () => {
    const nRounds = 4;
    const model = await new TrAdaBoost({ nRounds }, { learner: stump }).fit(small);
    const { x, y } = small.target.labelled;
    const [all, labels] = [
      [...small.source.x, ...x],
      [...small.source.y, ...y],
    ];
    const beta = 1 / (1 + Math.sqrt((2 * Math.log(5)) / nRounds));
    let w = all.map(() => 1);
    const errors: number[] = [];
    for (let t = 0; t < nRounds; t++) {
      const sum = w.reduce((a, b) => a + b);
      w = w.map((weight) => weight / sum);
      const predicted = await (await stump.fit({ x: all, y: labels, weights: w })).predict(all);
      const wrong = labels.map((label, i) => (label === predicted[i] ? 0 : 1));
      const over = (values: number[]) => values.slice(5).reduce((a, b) => a + b, 0);
      const error = over(w.map((weight, i) => weight * wrong[i]!)) / over(w);
      errors.push(error);
      const used = Math.min(0.499, error);
      w = w.map((weight, i) =>
        i < 5 ? weight * beta ** wrong[i]! : weight * (used / (1 - used)) ** -wrong[i]!,
      );
    }
    const sum = w.reduce((a, b) => a + b);
    expect(largestGap(fact(model, 'errors'), errors)).toBeLessThan(1e-12);
    expect(fact(model, 'beta')[0]).toBeCloseTo(beta, 14);
    const last = [...fact(model, 'finalSourceWeights'), ...fact(model, 'finalTargetWeights')];
    expect(
      largestGap(
        last,
        w.map((weight) => weight / sum),
      ),
    ).toBeLessThan(1e-12);
    expect(last.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(model.models).toHaveLength(3); // t = ⌈4/2⌉ … 4
  });

  it('shrink by ln(n)/N or, asked to, by ln(n/N)', async () => {
    const beta = async (logForm: 'log-over-rounds' | 'log-of-ratio') =>
      fact(await new TrAdaBoost({ nRounds: 2, logForm }).fit(small), 'beta')[0];
    expect(await beta('log-over-rounds')).toBeCloseTo(1 / (1 + Math.sqrt(Math.log(5))), 14);
    expect(await beta('log-of-ratio')).toBeCloseTo(1 / (1 + Math.sqrt(2 * Math.log(2.5))), 14);
    const many = new TrAdaBoost({ nRounds: 6, logForm: 'log-of-ratio' }).fit(small);
    await expect(many).rejects.toThrow('"nRounds" must be at most the number of source rows');
  });

  it('are those of AdaBoost where source rows have no weight', async () => {
    const x = Array.from({ length: 14 }, (_, i) => [Math.sin(3 * i), Math.cos(5 * i)]);
    const y = x.map(([a = 0, b = 0], i) => (a * b > 0 || i === 3 ? 1 : 0));
    const source = { x: x.slice(0, 2), y: y.slice(0, 2), weights: [1e-300, 1e-300] };
    const nRounds = 7;
    const boosted = await new TrAdaBoost({ nRounds }, { learner: stump }).fit({
      source,
      target: { x, labelled: { x, y } },
    });
    const plain = await new AdaBoost({ maxIterations: nRounds }).fit({ x, y });
    const errors = plain.diagnostics.facts!['errors'] as number[];
    expect(errors.length).toBe(nRounds);
    expect(largestGap(fact(boosted, 'errors'), errors)).toBeLessThan(1e-12);
    expect(largestGap(boosted.votes, plain.votes.slice(3))).toBeLessThan(1e-12);
  });
});

describeGolden('inst.tradaboost.paper', (golden) => {
  it('gives the same weights, errors, votes and predictions', async () => {
    const problem = problemOf(golden);
    const model = await new TrAdaBoost({ nRounds: 8 }, { learner: stump }).fit(problem);
    for (const name of ['beta', 'errors', 'betas', 'finalSourceWeights', 'finalTargetWeights'])
      expectGolden(golden, name, fact(model, name));
    expectGolden(golden, 'pred', await model.predictEncoded(problem.target.x));
    const votes = golden.outputs['votes']!;
    for (const [t, member] of model.models.entries()) {
      const column = rowsOf(votes).map((row) => row[t + 3]!);
      expect(Array.from(await member.predictEncoded(problem.target.x))).toEqual(column);
    }
    const total = model.votes.reduce((a, b) => a + b);
    const { data } = await model.predictProba(problem.target.x);
    const score = problem.target.x.map((_, i) => total * (data[2 * i + 1]! - 1 / 2));
    expectGolden(golden, 'score', score);
  });
});

describe.each([
  ['logreg', () => new LogisticRegression({ tolerance: 1e-10 })],
  ['ridge', () => new RidgeWithProbabilities()],
] as const)('the variant of adapt with %s', (name, learner) => {
  describeGolden(`inst.tradaboost.adapt.${name}`, (golden) => {
    it('gives the same weights, errors, votes and predictions', async () => {
      const problem = problemOf(golden);
      const model = await new TrAdaBoost(
        { nRounds: 8, variant: 'adapt' },
        { learner: learner() },
      ).fit(problem);
      expectGolden(golden, 'errors', fact(model, 'errors'));
      expectGolden(golden, 'lastSourceWeights', fact(model, 'finalSourceWeights'));
      expectGolden(golden, 'lastTargetWeights', fact(model, 'finalTargetWeights'));
      const votes = fact(model, 'betas').map((beta) => -Math.log(beta));
      expectGolden(golden, 'estimatorWeights', votes);
      expect(largestGap(model.votes, votes.slice(4))).toBeLessThan(1e-12);
      expectGolden(golden, 'pred', await model.predictEncoded(problem.target.x));
    });
  });
});

describeWith(
  ['data', 'mushrooms', 'agaricus_lepiota.csv.gz'],
  'mushrooms by stalk shape',
  (file) => {
    describeGolden('real.mushrooms.tradaboost', (golden) => {
      it('gives as many right predictions as the reference, within its tolerance', async () => {
        const { source, labelled, test } = mushrooms(file);
        const target = { x: toMatrix(test.x, 'test', 'x'), labelled };
        const problem = toProblem({ source, target });
        const learner = new LogisticRegression();
        const right = async (model: {
          predictEncoded(x: typeof target.x): Promise<Float64Array>;
        }) => [agreement(await model.predictEncoded(target.x), test.y) * test.y.length];
        expectGolden(golden, 'testSize', [test.y.length]);
        expectGolden(golden, 'oneHotColumns', [target.x.columns]);
        expectGolden(golden, 'sourceOnly', await right(await learner.fit(problem)));
        const alone = await new TargetOnly().fit(problem);
        expectGolden(golden, 'targetOnly', await right(await learner.fit(alone.problem)));
        const pooled = await new Pooling().fit(problem);
        expectGolden(golden, 'pooled', await right(await learner.fit(pooled.problem)));
        const boosted = await new TrAdaBoost({ nRounds: 20, variant: 'adapt' }, { learner }).fit(
          problem,
        );
        expectGolden(golden, 'errors', fact(boosted, 'errors'));
        expectGolden(golden, 'tradaboost', await right(boosted));
      }, 60_000);
    });
  },
);

/** One-hot rows: source where the stalk enlarges (every 4th), target where it tapers (40 labelled rows, the rest to test). */
function mushrooms(file: string) {
  const [header = [], ...records] = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const shape = header.indexOf('stalk-shape');
  const columns = header.flatMap((_, j) => {
    if (j === 0 || j === shape) return [];
    return [...new Set(records.map((record) => record[j]!))]
      .sort()
      .map((category) => ({ j, category }));
  });
  const rows = (chosen: string[][]) => ({
    x: chosen.map((record) => columns.map(({ j, category }) => (record[j] === category ? 1 : 0))),
    y: chosen.map((record) => (record[0] === 'p' ? 1 : 0)),
  });
  const tapering = records.filter((record) => record[shape] === 't');
  const isLabelled = (i: number) => i % 115 === 0 && i / 115 < 40;
  return {
    source: rows(records.filter((record) => record[shape] === 'e').filter((_, i) => i % 4 === 0)),
    labelled: rows(tapering.filter((_, i) => isLabelled(i))),
    test: rows(tapering.filter((_, i) => !isLabelled(i))),
  };
}

import { toMatrix } from '@graft-ml/core';
import { ClassifierDensityRatio } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { effectiveSampleSize } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { scoreDomains } from '../src/internal/score-domains.js';
import { largestGap, mean, normals } from './support/measure.js';

const exact = new LogisticRegression({ tolerance: 1e-10 });

describe('the formula of the classifier density ratio', () => {
  it('is w = (ns/nt)·g/(1 − g), scaled to mean 1', async () => {
    const [x, target] = [normals(1, 12, 0, 1), normals(2, 8, 1, 1)];
    const model = await exact.fit({
      x: [...x, ...target],
      y: [...x.map(() => 's'), ...target.map(() => 't')],
    });
    const g = Array.from(x, () => 0);
    (await model.predictProba(x)).data.forEach((p, k) =>
      k % 2 ? (g[(k - 1) / 2] = p) : undefined,
    );
    const ratio = g.map((p) => ((12 / 8) * p) / (1 - p));
    const expected = ratio.map((value) => value / mean(ratio));
    const { problem } = await new ClassifierDensityRatio(
      { nFolds: 1, cap: 1 },
      { classifier: exact },
    ).fit({
      source: { x },
      target: { x: target },
    });
    expect(largestGap(problem.sources[0]!.weights!, expected)).toBeLessThan(1e-9);
  });

  it('finds the slope m of the true log ratio of N(0, 1) and N(m, 1) within 5 % at n = 4000', async () => {
    const { fitted } = await new ClassifierDensityRatio({ nFolds: 2, cap: 1 }).fit({
      source: { x: normals(3, 4000, 0, 1) },
      target: { x: normals(4, 4000, 1, 1) },
    });
    const [low = 0, high = 0] = await fitted.weigh([[0], [1]]);
    expect(Math.log(high / low)).toBeGreaterThan(0.95);
    expect(Math.log(high / low)).toBeLessThan(1.05);
  });

  it('gives every row weight 1 where both domains hold the same rows', async () => {
    const x = normals(5, 50, 0, 1);
    const { problem } = await new ClassifierDensityRatio().fit({ source: { x }, target: { x } });
    expect(
      largestGap(
        problem.sources[0]!.weights!,
        x.map(() => 1),
      ),
    ).toBeLessThan(1e-6);
  });
});

describeGolden('inst.logistic', (golden) => {
  const xs = toMatrix(rowsOf(golden.inputs['Xs']!), 'test', 'xs');
  const xt = toMatrix(rowsOf(golden.inputs['Xt']!), 'test', 'xt');
  const ratios = (g: Float64Array) =>
    g.subarray(0, xs.rows).map((p) => ((xs.rows / xt.rows) * p) / (1 - p));
  const fit = (options: object) =>
    new ClassifierDensityRatio({ nFolds: 1, cap: 1, ...options }, { classifier: exact }).fit({
      source: { x: xs },
      target: { x: xt },
    });

  it('gives the same ratios, in sample and with the folds it prescribes', async () => {
    const common = { who: 'test', learner: exact, xs, xt };
    const inSample = await scoreDomains({ ...common, nFolds: 1 });
    expectGolden(golden, 'weights', ratios(inSample.probabilities));
    const folds = golden.inputs['fold']!.data;
    const held = await scoreDomains({ ...common, nFolds: 5, folds });
    expectGolden(golden, 'outOfFoldWeights', ratios(held.probabilities));
  });

  it('gives the same weights of mean 1, flattened weights and effective sample size', async () => {
    const weights = (await fit({})).problem.sources[0]!.weights!;
    expectGolden(golden, 'weightsMeanOne', weights);
    expectGolden(
      golden,
      'flattened',
      (await fit({ flattening: 0.5 })).problem.sources[0]!.weights!,
    );
    expectGolden(golden, 'effectiveSampleSize', [effectiveSampleSize(weights)]);
    expectGolden(golden, 'effectiveSampleSize', (await fit({})).fitted.effectiveSampleSizes);
  });
});

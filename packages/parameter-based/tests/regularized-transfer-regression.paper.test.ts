import { RidgeRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import {
  RegularizedTransferRegression,
  type RegularizedTransferRegressionOptions,
} from '@graft-ml/parameter-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import reference from './fixtures/regularized-transfer-regression.json' with { type: 'json' };
import { regressionOf, vectorsOf } from './support/models.js';

/** The fitted [intercept, ...coefficients], from a given start. */
async function fitted(
  x: number[][],
  y: number[],
  start: number[],
  options: RegularizedTransferRegressionOptions,
): Promise<number[]> {
  const model = await new RegularizedTransferRegression(options).fit(
    { source: { x }, target: { x, labelled: { x, y } }, task: 'regression' },
    { sourceModels: [regressionOf(start)] },
  );
  return vectorsOf(model)[0]!;
}

function expectClose(received: number[], expected: number[], digits = 11): void {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, digits));
}

describe('the formula', () => {
  const random = randomSource(3);
  const x = Array.from({ length: 5 }, () => [random.normal(), random.normal()]);
  const y = x.map(([a, b]) => 2 * a! - b! + random.normal());
  const start = [0.5, -1, 2];

  it.each([true, false])(
    'has no better point nearby, with the intercept pulled: %s',
    async (penalizeIntercept) => {
      const regularization = 0.7;
      const best = await fitted(x, y, start, { regularization, penalizeIntercept });
      const objective = (w: number[]) =>
        x.reduce((sum, [a, b], i) => sum + (y[i]! - w[0]! - w[1]! * a! - w[2]! * b!) ** 2, 0) +
        regularization *
          w.reduce((sum, v, k) => sum + (k > 0 || penalizeIntercept ? (v - start[k]!) ** 2 : 0), 0);
      for (let k = 0; k < 3; k++) {
        for (const h of [1e-4, -1e-4]) {
          const moved = best.map((v, j) => (j === k ? v + h : v));
          expect(objective(moved)).toBeGreaterThan(objective(best));
        }
      }
    },
  );
});

describe('limits', () => {
  const { x, y, start } = reference;

  it('is the source model where λ → ∞', async () => {
    expectClose(await fitted(x, y, start, { regularization: 1e13 }), start, 9);
  });

  it('is least squares on the target where λ = 0 and rows suffice, wherever it starts', async () => {
    const plain = vectorsOf(await new RidgeRegression({ regularization: 0 }).fit({ x, y }))[0]!;
    for (const from of [start, start.map((v) => -5 * v)]) {
      expectClose(await fitted(x, y, from, { regularization: 0 }), plain, 10);
    }
  });

  it('is the exact fit nearest to the source model where λ = 0 and rows are few', async () => {
    const { x: few, y: values, start: from, nearest } = reference.wide;
    expectClose(await fitted(few, values, from, { regularization: 0 }), nearest);
  });

  it('is ridge regression where the source model is zero and the intercept is free', async () => {
    const ridge = vectorsOf(await new RidgeRegression({ regularization: 2 }).fit({ x, y }))[0]!;
    const options = { regularization: 2, penalizeIntercept: false };
    expectClose(await fitted(x, y, [0, 0, 0, 0], options), ridge);
  });
});

describe('a reference', () => {
  const { x, y, start, regularization } = reference;

  it('agrees with the normal equations, with the intercept pulled and free', async () => {
    expectClose(await fitted(x, y, start, { regularization }), reference.penalized);
    const free = { regularization, penalizeIntercept: false };
    expectClose(await fitted(x, y, start, free), reference.free);
  });
});

describeGolden('param.l2sp.ridge', (golden) => {
  const source = { x: rowsOf(golden.inputs.Xs!), y: golden.inputs.ys!.data };
  const x = rowsOf(golden.inputs.Xt!);
  const target = { x, labelled: { x, y: golden.inputs.yt!.data } };

  it.each<[string, RegularizedTransferRegressionOptions]>([
    ['l2sp', { regularization: 2 }],
    ['adaptSquaredLambda', { regularization: 4 }],
    ['freeIntercept', { regularization: 2, penalizeIntercept: false }],
    ['lambdaZero', { regularization: 0 }],
  ])('gives "%s", the source model learned by ridge regression', async (output, options) => {
    const strategy = new RegularizedTransferRegression(options);
    const model = await strategy.fit({ source, target, task: 'regression' });
    expectGolden(golden, output, vectorsOf(model)[0]!);
  });
});

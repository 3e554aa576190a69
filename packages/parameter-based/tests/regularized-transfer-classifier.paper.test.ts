import { LogisticRegression } from '@graft-ml/learners';
import {
  RegularizedTransferClassifier,
  type RegularizedTransferClassifierOptions,
} from '@graft-ml/parameter-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import reference from './fixtures/regularized-transfer-classifier.json' with { type: 'json' };
import { classifierOf, vectorsOf } from './support/models.js';

type Options = RegularizedTransferClassifierOptions;

/** The fitted [intercept, ...coefficients] of every output, from a given start. */
async function fitted(
  x: number[][],
  y: readonly number[],
  start: number[][],
  options: Options,
): Promise<number[][]> {
  const classes = start.length === 1 ? [0, 1] : start.map((_, c) => c);
  const model = await new RegularizedTransferClassifier({ tolerance: 1e-11, ...options }).fit(
    {
      source: { x, y: x.map((_, i) => classes[i % classes.length]!) },
      target: { x, labelled: { x, y } },
    },
    { sourceModels: [classifierOf(start, classes)] },
  );
  return vectorsOf(model);
}

function expectClose(received: number[][], expected: number[][], digits: number): void {
  expect(received).toHaveLength(expected.length);
  received.forEach((row, c) =>
    row.forEach((value, k) => expect(value).toBeCloseTo(expected[c]![k]!, digits)),
  );
}

const { x, y, start, regularization } = reference;
const binary = y.map((c) => Number(c > 0));

describe('the formula', () => {
  const pull = (w: number[], from: number[]) =>
    w.reduce((sum, v, k) => sum + (v - from[k]!) ** 2, 0);
  const score = (w: number[], row: number[]) =>
    row.reduce((sum, v, j) => sum + v * w[j + 1]!, w[0]!);
  const binaryLoss = (w: number[]) =>
    x.reduce(
      (sum, row, i) => sum + Math.log(1 + Math.exp((binary[i] ? -1 : 1) * score(w, row))),
      0,
    );
  const softmaxLoss = (w: number[][]) =>
    x.reduce((sum, row, i) => {
      const scores = w.map((output) => score(output, row));
      const total = scores.reduce((inner, s) => inner + Math.exp(s), 0);
      return sum - Math.log(Math.exp(scores[y[i]!]!) / total);
    }, 0);
  const signLoss = (w: number[][]) =>
    x.reduce(
      (sum, row, i) =>
        sum +
        w.reduce(
          (inner, output, c) => inner + ((c === y[i] ? 1 : -1) - score(output, row)) ** 2,
          0,
        ),
      0,
    );
  const pulls = (w: number[][]) => w.reduce((sum, output, c) => sum + pull(output, start[c]!), 0);

  it.each<[string, number[][], readonly number[], Options, (w: number[][]) => number]>([
    [
      'logistic, two classes',
      start.slice(0, 1),
      binary,
      {},
      (w) => binaryLoss(w[0]!) + (regularization / 2) * pulls(w),
    ],
    [
      'logistic, three classes',
      start,
      y,
      {},
      (w) => softmaxLoss(w) + (regularization / 2) * pulls(w),
    ],
    [
      'squared, three classes',
      start,
      y,
      { loss: 'squared' },
      (w) => signLoss(w) + regularization * pulls(w),
    ],
  ])('has no better point nearby: %s', async (_, from, labels, options, objective) => {
    const best = await fitted(x, labels, from, { regularization, ...options });
    const least = objective(best);
    best.forEach((row, c) =>
      row.forEach((_value, k) => {
        for (const h of [1e-3, -1e-3]) {
          const moved = best.map((other, d) =>
            other.map((v, j) => (d === c && j === k ? v + h : v)),
          );
          expect(objective(moved)).toBeGreaterThan(least);
        }
      }),
    );
  });
});

describe('limits', () => {
  it.each(['logistic', 'squared'] as const)(
    'is the source model where λ → ∞ (%s)',
    async (loss) => {
      expectClose(await fitted(x, y, start, { loss, regularization: 1e12 }), start, 9);
    },
  );

  it('is plain logistic regression where the source model is zero and intercepts are free', async () => {
    const plain = await new LogisticRegression({ regularization, tolerance: 1e-11 }).fit({ x, y });
    const zero = start.map((row) => row.map(() => 0));
    const free = { regularization, penalizeIntercept: false };
    expectClose(await fitted(x, y, zero, free), vectorsOf(plain), 8);
  });

  it('fits the signs exactly where λ = 0 and features outnumber rows', async () => {
    const wide = [
      [1, 0, 2, -1],
      [0, 1, 1, 3],
    ];
    const [output] = await fitted(wide, [0, 1], [[0.5, 1, 1, 1, 1]], {
      loss: 'squared',
      regularization: 0,
    });
    wide.forEach((row, i) => {
      const score = row.reduce((sum, v, j) => sum + v * output![j + 1]!, output![0]!);
      expect(score).toBeCloseTo(2 * i - 1, 12);
    });
  });
});

describe('a reference', () => {
  it('agrees with Newton and the normal equations', async () => {
    const { logistic, logisticFreeIntercept, squared } = reference;
    expectClose(await fitted(x, y, start, { regularization }), logistic, 9);
    const free = { regularization, penalizeIntercept: false };
    expectClose(await fitted(x, y, start, free), logisticFreeIntercept, 8);
    expectClose(await fitted(x, y, start, { regularization, loss: 'squared' }), squared, 12);
  });
});

describeGolden('param.l2sp.logistic', (golden) => {
  it('gives the reference coefficients', async () => {
    const { X, y: labels, w0 } = golden.inputs;
    const [a, b, c, intercept] = w0!.data as [number, number, number, number];
    const [output] = await fitted(rowsOf(X!), labels!.data, [[intercept, a, b, c]], {
      regularization: 1,
    });
    expectGolden(golden, 'w', [...output!.slice(1), output![0]!]);
  });
});

describeGolden('param.l2sp.classifier', (golden) => {
  const source = { x: rowsOf(golden.inputs.Xs!), y: golden.inputs.ys!.data };
  const rows = rowsOf(golden.inputs.Xt!);
  const target = { x: rows, labelled: { x: rows, y: golden.inputs.yt!.data } };

  it.each([
    ['l2sp', 1.5],
    ['adaptSquaredLambda', 2.25],
  ])('gives "%s", the source model learned by the ridge classifier', async (output, lambda) => {
    const strategy = new RegularizedTransferClassifier({ loss: 'squared', regularization: lambda });
    const model = await strategy.fit({ source, target });
    expectGolden(golden, output, vectorsOf(model).flat());
    if (lambda === 2.25) {
      expectGolden(golden, 'pred', await model.predictEncoded(rowsOf(golden.inputs.Z!)));
    }
  });
});

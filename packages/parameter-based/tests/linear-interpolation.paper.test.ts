import { denseMatrix } from '@graft-ml/core';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { LinearInterpolation } from '@graft-ml/parameter-based';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { interpolationWeights } from '../src/internal/interpolation-weights.js';
import { regressionOf } from './support/models.js';

/** Weights of the columns given as lists. */
function weightsOf(
  columns: readonly (readonly number[])[],
  y: readonly number[],
  kind: 'convex' | 'free',
) {
  const flat = y.flatMap((_, i) => columns.map((column) => column[i]!));
  const predictions = denseMatrix(y.length, columns.length, Float64Array.from(flat));
  return interpolationWeights(referenceLinearAlgebra, predictions, Float64Array.from(y), kind);
}

function loss(
  columns: readonly (readonly number[])[],
  y: readonly number[],
  w: ArrayLike<number>,
): number {
  return y.reduce((sum, value, i) => {
    const mixed = columns.reduce((inner, column, k) => inner + w[k]! * column[i]!, 0);
    return sum + (value - mixed) ** 2;
  }, 0);
}

describe('the weights', () => {
  const random = randomSource(2);
  const y = Array.from({ length: 12 }, () => random.normal());
  const columns = [0.5, 1, 2].map((noise) => y.map((value) => value + 1 + noise * random.normal()));

  it('are, when convex, better than every other point of a grid on the simplex', () => {
    const w = weightsOf(columns, y, 'convex');
    expect(w.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 14);
    expect(Math.min(...w)).toBeGreaterThanOrEqual(0);
    const best = loss(columns, y, w);
    for (let a = 0; a <= 1; a += 0.02) {
      for (let b = 0; a + b <= 1; b += 0.02) {
        expect(loss(columns, y, [a, b, 1 - a - b])).toBeGreaterThanOrEqual(best - 1e-12);
      }
    }
  });

  it('are, when free, better than any small change of them', () => {
    const w = weightsOf(columns, y, 'free');
    const best = loss(columns, y, w);
    for (const k of [0, 1, 2]) {
      for (const h of [1e-4, -1e-4]) {
        expect(
          loss(
            columns,
            y,
            w.map((value, j) => (j === k ? value + h : value)),
          ),
        ).toBeGreaterThan(best);
      }
    }
  });

  it('go to a perfect model alone, whatever the size of the values', () => {
    for (const size of [1e-9, 1, 1e9]) {
      const values = y.map((value) => size * value);
      const wrong = values.map((value) => -value);
      const [onWrong, onRight] = weightsOf([wrong, values], values, 'convex');
      expect(onWrong).toBeCloseTo(0, 12);
      expect(onRight).toBeCloseTo(1, 12);
    }
  });
});

describe('the mixture', () => {
  it('is the weighted sum of its models, the target model fitted to all labelled rows', async () => {
    const x = [[0], [1], [2], [3], [4], [5]];
    const y = [0.1, 0.9, 2.2, 2.8, 4.1, 5];
    const model = await new LinearInterpolation().fit(
      { source: { x }, target: { x, labelled: { x, y } }, task: 'regression' },
      { sourceModels: [regressionOf([1, 0.5])] },
    );
    const [source, target] = model.models;
    const [[a], [b]] = [await source!.predictEncoded([[7]]), await target!.predictEncoded([[7]])];
    const [received] = await model.predictEncoded([[7]]);
    expect(received).toBeCloseTo(model.weights[0]! * a! + model.weights[1]! * b!, 12);
    expect(a).toBe(4.5);
  });
});

describeGolden('param.linint', (golden) => {
  it('gives the reference weights, free and convex', () => {
    const { ps, pt, y } = golden.inputs;
    const columns = [ps!.data, pt!.data];
    expectGolden(golden, 'weights', weightsOf(columns, y!.data, 'free'));
    expectGolden(golden, 'convex', [weightsOf(columns, y!.data, 'convex')[0]!]);
  });
});

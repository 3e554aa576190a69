import { toDense } from '@graft-ml/core';
import { AsymmetricTransform } from '@graft-ml/heterogeneous';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { product, toRows, transposed } from './support/rows.js';
import { twoViews } from './support/views.js';

describe('the formula of ARC-t', () => {
  it('is one number for one pair, by hand', async () => {
    // min λ/2·w² + ½·max(0, 1 − 2·3·w)² = 6 / (λ + 36) with λ = 4; the second pair is at ease.
    const { fitted } = await new AsymmetricTransform({ regularization: 4, tolerance: 1e-12 }).fit({
      source: { x: [[2], [0]], y: ['a', 'b'] },
      target: { x: [[1]], labelled: { x: [[3]], y: ['a'] } },
    });
    // The pair of different classes has similarity 0 > −1 for every w: a constant.
    expect(fitted.weights.data[0]).toBeCloseTo(6 / 40, 9);
  });

  it('is stationary: no entry of W improves the sum over pairs', async () => {
    const { source, labelled } = twoViews(12, 4);
    const options = { regularization: 0.5, upper: 0.7, lower: 0.1, prior: 'identity' } as const;
    const { fitted } = await new AsymmetricTransform({ ...options, tolerance: 1e-9 }).fit({
      source,
      target: { x: labelled.x, labelled },
    });
    const objective = (w: number[][]) => {
      const similarity = product(product(source.x, w), transposed(labelled.x));
      let value = 0;
      w.forEach((row, i) => row.forEach((v, j) => (value += 0.25 * (v - (i === j ? 1 : 0)) ** 2)));
      similarity.forEach((row, i) =>
        row.forEach((s, j) => {
          const same = source.y[i] === labelled.y[j];
          value += Math.max(0, same ? 0.7 - s : s - 0.1) ** 2 / 2;
        }),
      );
      return value;
    };
    const w = toRows(fitted.weights);
    expect(fitted.diagnostics.facts!['objective']).toBeCloseTo(objective(w), 10);
    const h = 1e-4;
    w.forEach((row, i) =>
      row.forEach((_, j) => {
        const moved = (by: number) =>
          objective(w.map((r, k) => r.map((v, l) => (k === i && l === j ? v + by : v))));
        expect(Math.abs(moved(h) - moved(-h)) / (2 * h)).toBeLessThan(1e-5);
      }),
    );
  });

  it('stays at the prior where the penalty is large', async () => {
    const { source, labelled } = twoViews(12, 4);
    const method = new AsymmetricTransform({ regularization: 1e9, prior: 'identity' });
    const { fitted } = await method.fit({ source, target: { x: labelled.x, labelled } });
    toRows(fitted.weights).forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? 1 : 0, 4)),
    );
  });
});

describeGolden('het.arct', (golden) => {
  it('gives the transform, the objective, similarities and the most similar source rows', async () => {
    const { Xs, ys, Xt, yt, Z } = golden.inputs;
    const { problem, fitted } = await new AsymmetricTransform({
      prior: 'identity',
      upper: golden.options['upper'] as number,
      lower: golden.options['lower'] as number,
      regularization: 1 / (golden.options['gamma'] as number),
      tolerance: 1e-9,
    }).fit({
      source: { x: rowsOf(Xs!), y: ys!.data },
      target: { x: rowsOf(Z!), labelled: { x: rowsOf(Xt!), y: yt!.data } },
    });
    expectGolden(golden, 'W', fitted.weights.data);
    expectGolden(golden, 'objective', [fitted.diagnostics.facts!['objective'] as number]);
    const similarity = product(toRows(toDense(problem.target.x)), transposed(rowsOf(Xs!)));
    expectGolden(golden, 'similarity', similarity.flat());
    const nearest = similarity.map((row) => ys!.data[row.indexOf(Math.max(...row))]!);
    expectGolden(golden, 'pred', nearest);
  });
});

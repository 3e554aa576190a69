import { RidgeClassifier, RidgeRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { gap, groups } from './support/samples.js';

describe('the formula of RidgeClassifier', () => {
  it('is one ridge regression on −1 / +1 targets per class', async () => {
    const { x, y } = groups(30, 3, 5);
    const model = await new RidgeClassifier({ regularization: 0.5 }).fit({ x, y });
    for (let c = 0; c < 3; c++) {
      const targets = y.map((label) => (label === c ? 1 : -1));
      const single = await new RidgeRegression({ regularization: 0.5 }).fit({ x, y: targets });
      expect(
        gap(model.coefficients.data.subarray(3 * c, 3 * c + 3), single.coefficients.data),
      ).toBeLessThan(1e-12);
      expect(model.intercepts[c]).toBeCloseTo(single.intercepts[0]!, 12);
    }
  });
});

describeGolden('learn.ridgeclassifier', (golden) => {
  it('agrees in coefficients, scores and predictions', async () => {
    const { X, y, w, Z } = golden.inputs;
    const model = await new RidgeClassifier({ regularization: 1 }).fit({
      x: rowsOf(X!),
      y: y!.data,
      weights: w!.data,
    });
    expectGolden(golden, 'coef', model.coefficients.data);
    expectGolden(golden, 'intercept', model.intercepts);
    expectGolden(golden, 'decision', model.scores(rowsOf(Z!)).data);
    expectGolden(golden, 'pred', await model.predictEncoded(rowsOf(Z!)));
  });
});

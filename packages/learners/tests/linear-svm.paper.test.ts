import { LinearSvm } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of LinearSvm', () => {
  it.each([false, true])(
    'has its minimum where the fit is (intercept penalised: %s)',
    async (penalizeIntercept) => {
      const { x, y } = groups(40, 3, 2);
      const w = someWeights(40, 3);
      const lambda = 0.8;
      const learner = new LinearSvm({
        regularization: lambda,
        penalizeIntercept,
        tolerance: 1e-10,
      });
      const model = await learner.fit({ x, y, weights: w });
      for (let c = 0; c < 3; c++) {
        const at = (change: number, which: number) => {
          const beta = Array.from(model.coefficients.data.subarray(3 * c, 3 * c + 3));
          let b = model.intercepts[c]!;
          if (which < 3) beta[which]! += change;
          else b += change;
          const loss = x.reduce((s, row, i) => {
            const t = y[i] === c ? 1 : -1;
            const f = row.reduce((q, v, j) => q + v * beta[j]!, b);
            return s + w[i]! * Math.max(0, 1 - t * f) ** 2;
          }, 0);
          const penalty = beta.reduce((s, v) => s + v * v, 0) + (penalizeIntercept ? b * b : 0);
          return loss + (lambda / 2) * penalty;
        };
        for (let which = 0; which < 4; which++) {
          expect(Math.abs(at(1e-5, which) - at(-1e-5, which)) / 2e-5).toBeLessThan(1e-5);
        }
      }
    },
  );
});

describeGolden('learn.svm.squaredhinge', (golden) => {
  it('agrees in coefficients, intercept, objective and scores', async () => {
    const { X, y, w, Z } = golden.inputs;
    const c = golden.options['C'] as number;
    const learner = new LinearSvm({
      regularization: 1 / c,
      penalizeIntercept: true,
      tolerance: 1e-11,
    });
    const model = await learner.fit({ x: rowsOf(X!), y: y!.data, weights: w!.data });
    expectGolden(golden, 'w', model.coefficients.data);
    expectGolden(golden, 'bias', model.intercepts);
    expectGolden(golden, 'objective', [c * (model.diagnostics.facts!['objective'] as number)]);
    expectGolden(golden, 'decision', model.scores(rowsOf(Z!)).data);
  });
});

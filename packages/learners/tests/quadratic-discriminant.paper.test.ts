import { QuadraticDiscriminant } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of QuadraticDiscriminant', () => {
  it('is Bayes’ rule with weighted Gaussians', async () => {
    const { x, y } = groups(24, 1, 4);
    const w = someWeights(24, 5);
    const model = await new QuadraticDiscriminant({ shrinkage: 0 }).fit({ x, y, weights: w });
    const q = 0.7;
    const joint = [0, 1, 2].map((c) => {
      const total = w.reduce((s, v, i) => s + (y[i] === c ? v : 0), 0);
      const m = x.reduce((s, row, i) => s + (y[i] === c ? w[i]! * row[0]! : 0), 0) / total;
      const v =
        x.reduce((s, row, i) => s + (y[i] === c ? w[i]! * (row[0]! - m) ** 2 : 0), 0) / total;
      return (total * Math.exp(-((q - m) ** 2) / (2 * v))) / Math.sqrt(v);
    });
    const sum = joint.reduce((a, b) => a + b, 0);
    const { data } = await model.predictProba([[q]]);
    joint.forEach((p, c) => expect(data[c]).toBeCloseTo(p / sum, 12));
  });
});

describeGolden('learn.lda', (golden) => {
  it('agrees in probabilities without shrinkage', async () => {
    const { X, y, Z } = golden.inputs;
    const model = await new QuadraticDiscriminant({ shrinkage: 0 }).fit({
      x: rowsOf(X!),
      y: y!.data,
    });
    expectGolden(golden, 'qdaProba', (await model.predictProba(rowsOf(Z!))).data);
  });
});
